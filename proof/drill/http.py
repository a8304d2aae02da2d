"""A small HTTP and HTTPS client for probes and users, with one connection for each request, or one
that is kept."""

import asyncio
import re
import ssl
from dataclasses import dataclass

from proof.drill.clock import Clock

LOCATION = re.compile(rb"(?im)^location: (\S+)")
LENGTH = re.compile(rb"(?im)^content-length: (\d+)\r$")


class NoAnswerError(Exception):
    """No valid answer came back; the message says why."""


@dataclass(frozen=True)
class Response:
    """An answer. location: the target of a redirect."""

    status: int
    body: bytes
    location: str | None = None


async def get(
    clock: Clock,
    address: str,
    port: int,
    *,
    host: str,
    path: str,
    connect: float,
    answer: float,
    tls: ssl.SSLContext | None = None,
    body: bytes | None = None,
) -> Response:
    """Sends one GET request, or a POST if there is a body.

    connect, answer: seconds that each may take; the TLS handshake counts as connecting. tls: for
    HTTPS, with the host as SNI. Raises NoAnswerError.
    """
    reader, writer = await _connected(clock, address, port, name=host, seconds=connect, tls=tls)
    try:
        async with clock.timeout(answer):
            method, length = "GET", ""
            if body is not None:
                method, length = "POST", f"Content-Length: {len(body)}\r\n"
            head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{length}\r\n"
            writer.write(head.encode() + (body or b""))
            return parsed(await reader.read())
    except TimeoutError:
        raise NoAnswerError("timed out waiting") from None
    except OSError:
        raise NoAnswerError("connection lost") from None
    finally:
        writer.transport.abort()


class KeptConnection:
    """A connection for one GET request after another. address: where it leads."""

    def __init__(
        self, address: str, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.address = address
        self._host = host
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(
        cls,
        clock: Clock,
        address: str,
        port: int,
        *,
        host: str,
        connect: float,
        tls: ssl.SSLContext | None,
    ) -> "KeptConnection":
        """Connects as `get` does. Raises NoAnswerError."""
        where = (clock, address, port)
        reader, writer = await _connected(*where, name=host, seconds=connect, tls=tls)
        return cls(address, host, reader, writer)

    async def get(self, path: str) -> Response:
        """Sends one request. Raises NoAnswerError if the other side has closed the connection."""
        head = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nConnection: keep-alive\r\n\r\n"
        try:
            self._writer.write(head.encode())
            answer = await self._reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(answer)
            body = self._reader.readexactly(int(length[1])) if length else self._reader.read()
            return parsed(answer + await body)
        except (OSError, asyncio.IncompleteReadError):
            raise NoAnswerError("connection lost") from None

    def close(self) -> None:
        self._writer.transport.abort()


async def _connected(
    clock: Clock, address: str, port: int, *, name: str, seconds: float, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with clock.timeout(seconds):
            return await asyncio.open_connection(
                address, port, ssl=tls, server_hostname=name if tls else None
            )
    except TimeoutError:
        raise NoAnswerError("timed out connecting") from None
    except ConnectionRefusedError:
        raise NoAnswerError("connection refused") from None
    except ssl.SSLCertVerificationError as error:
        raise NoAnswerError(f"TLS: {error.verify_message}") from None
    except ssl.SSLError as error:
        raise NoAnswerError(f"TLS: {error.reason}") from None
    except OSError:
        raise NoAnswerError("connection lost") from None


async def reachable(clock: Clock, address: str, port: int, *, connect: float) -> bool:
    """Whether a TCP connection succeeds within this many seconds."""
    try:
        async with clock.timeout(connect):
            _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.transport.abort()
    return True


def parsed(answer: bytes) -> Response:
    """Parses an answer that was read until the connection closed. Raises NoAnswerError."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    if not separator or len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004
        raise NoAnswerError("connection lost")
    location = LOCATION.search(head)
    return Response(int(words[1]), body, location[1].decode() if location else None)
