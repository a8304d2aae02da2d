"""A listener that is closed leaves no connection open, wherever in its life that connection is."""

import asyncio
import gc
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from proof.drill.balancer import LOOPBACK
from proof.drill.entrances import Tls
from proof.drill.tls import Authority
from tests.proof.drill.conftest import serving

NAME = "app.example.com"


@pytest.mark.parametrize("turns", range(6))
def test_the_loop_may_end_while_a_request_is_half_sent(turns: int) -> None:
    """What stays open is a ResourceWarning, and so an error, when it is collected.

    turns: how often the event loop runs between the client's connection and the end.
    """
    asyncio.run(half_asked(turns))
    gc.collect()


async def half_asked(turns: int) -> None:
    async with serving(whole_request) as port:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(b"GET / HTTP/1.1\r\n")
        for _ in range(turns):
            await asyncio.sleep(0)
    writer.transport.abort()


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    return authority.server(Tls((NAME,), "ELBSecurityPolicy-TLS13-1-2-2021-06"), tmp_path)


@pytest.mark.parametrize("turns", range(12))
def test_the_loop_may_end_during_a_handshake(
    turns: int, authority: Authority, server: ssl.SSLContext
) -> None:
    """turns: how often the event loop runs after the client begins to connect."""
    asyncio.run(half_connected(turns, server, authority.user()))
    gc.collect()


async def half_connected(turns: int, server: ssl.SSLContext, client: ssl.SSLContext | None) -> None:
    async with serving(whole_request, tls=server) as port:
        connecting = asyncio.create_task(
            asyncio.open_connection(LOOPBACK, port, ssl=client, server_hostname=client and NAME)
        )
        for _ in range(turns):
            await asyncio.sleep(0)
    connecting.cancel()
    with suppress(OSError, asyncio.CancelledError):
        (await connecting)[1].transport.abort()


@pytest.mark.parametrize("turns", range(12))
def test_a_listener_may_be_lost_during_a_handshake(turns: int, server: ssl.SSLContext) -> None:
    """The loop goes on, and hears of no error. The client never says a word."""
    told: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        await half_connected(turns, server, None)
        for _ in range(50):
            await asyncio.sleep(0.001)

    asyncio.run(main())
    gc.collect()
    assert told == []


async def whole_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 -\r\n\r\n")
