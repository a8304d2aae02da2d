"""A region's load balancer, on loopback, in front of small servers."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from operations.drill.balancer import Balancer
from operations.drill.clock import Clock
from operations.drill.emitted import Emitted
from operations.drill.http import NoAnswerError, Response, get
from operations.drill.listener import common_port
from operations.drill.web_server import free_port

ADDRESS = "127.0.1.77"
FACTOR = 50
Play = Callable[[Balancer, Clock], Awaitable[None]]


@asynccontextmanager
async def target(status: int, body: str) -> AsyncGenerator[int]:
    """A server that always says the same; its port."""
    length = len(body)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: {length}\r\n\r\n{body}".encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def play(emitted: Callable[[str], Emitted]) -> Callable[[Play], None]:
    """Runs something with an open load balancer."""
    region = emitted("mission").regions["primary"]

    def run(what: Play) -> None:
        async def main() -> None:
            clock = Clock(FACTOR)
            balancer = Balancer(
                clock, region.balancer, region.matcher, address=ADDRESS, port=common_port([ADDRESS])
            )
            ticking = asyncio.create_task(clock.run())
            await balancer.listener.open()
            try:
                await what(balancer, clock)
            finally:
                await balancer.close()
                ticking.cancel()

        asyncio.run(main())

    return run


async def asked(balancer: Balancer, clock: Clock) -> Response:
    return await get(
        *(clock, ADDRESS, balancer.listener.port), host="x", path="/", connect=4, answer=20
    )


def test_without_a_target_it_says_503(play: Callable[[Play], None]) -> None:
    async def what(balancer: Balancer, clock: Clock) -> None:
        assert (await asked(balancer, clock)).status == 503

    play(what)


def test_it_asks_healthy_targets_alone(play: Callable[[Play], None]) -> None:
    async def what(balancer: Balancer, clock: Clock) -> None:
        async with target(200, "well") as well, target(500, "ill") as ill:
            balancer.register("well", well)
            balancer.register("ill", ill)
            assert await clock.until(lambda: balancer.healthy == 1, 60)
            assert (balancer.registered, balancer.healthy) == (2, 1)
            bodies = {(await asked(balancer, clock)).body for _ in range(6)}
            assert bodies == {b"well"}
            balancer.deregister("well")
            assert balancer.registered == 1

    play(what)


def test_with_unhealthy_targets_alone_it_asks_them(play: Callable[[Play], None]) -> None:
    async def what(balancer: Balancer, clock: Clock) -> None:
        async with target(500, "ill") as ill:
            balancer.register("ill", ill)
            await clock.sleep(12)
            assert balancer.healthy == 0
            assert await asked(balancer, clock) == Response(500, b"ill")

    play(what)


def test_a_target_that_is_gone_is_502(play: Callable[[Play], None]) -> None:
    async def what(balancer: Balancer, clock: Clock) -> None:
        balancer.register("gone", free_port())
        assert (await asked(balancer, clock)).status == 502

    play(what)


def test_lost_it_leaves_everybody_waiting_and_then_is_back(play: Callable[[Play], None]) -> None:
    async def what(balancer: Balancer, clock: Clock) -> None:
        await balancer.lose()
        for _ in range(3):
            with pytest.raises(NoAnswerError, match="timed out connecting"):
                await asked(balancer, clock)
        await balancer.restore()
        assert (await asked(balancer, clock)).status == 503

    play(what)
