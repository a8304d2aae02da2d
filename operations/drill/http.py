"""A small HTTP client for probes and users: one request, one connection."""

import asyncio
from dataclasses import dataclass

from operations.drill.clock import Clock

# Bytes of an answer that are read at most.
LIMIT = 64 * 1024


class NoAnswerError(Exception):
    """Nobody answered; its message says how."""


@dataclass(frozen=True)
class Response:
    """What was answered."""

    status: int
    body: bytes


async def get(
    clock: Clock, address: str, port: int, *, host: str, path: str, connect: float, answer: float
) -> Response:
    """One GET request; connect, answer: seconds that each may take. Raises NoAnswerError."""
    try:
        async with clock.timeout(connect):
            reader, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        raise NoAnswerError("timed out connecting") from None
    except OSError:
        raise NoAnswerError("connection refused") from None
    try:
        async with clock.timeout(answer):
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
            )
            return parsed(await reader.read(LIMIT) + await reader.read(-1))
    except TimeoutError:
        raise NoAnswerError("timed out waiting") from None
    except OSError:
        raise NoAnswerError("connection lost") from None
    finally:
        writer.transport.abort()


async def reachable(clock: Clock, address: str, port: int, *, connect: float) -> bool:
    """Whether a TCP connection is made within so many seconds."""
    try:
        async with clock.timeout(connect):
            _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.transport.abort()
    return True


def parsed(answer: bytes) -> Response:
    """Status and body of an answer that ended with its connection. Raises NoAnswerError."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    if not separator or len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004
        raise NoAnswerError("connection lost")
    return Response(int(words[1]), body)
