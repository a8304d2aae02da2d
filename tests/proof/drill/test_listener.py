"""A listener that is closed leaves no connection open, wherever in its life that connection is."""

import asyncio
import gc

import pytest

from proof.drill.balancer import LOOPBACK
from tests.proof.drill.conftest import serving


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


async def whole_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 -\r\n\r\n")
