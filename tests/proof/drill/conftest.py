"""The examples' emitted stacks as the drill reads them, and load balancers built from them."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest

from emitted import write
from proof.drill.balancer import LOOPBACK, Balancer
from proof.drill.clock import Clock
from proof.drill.http import Response, get
from proof.drill.listener import Handler, PortListener, common_port
from proof.drill.reading import Emitted, EmittedRegion, read_emitted
from proof.drill.tls import Authority
from proof.drill.web_server import free_port
from releases import pack
from tests.conftest import ROOT, Synthesised
from tests.synthesis import example, synthesise

ADDRESS = "127.0.1.77"
FACTOR = 50


def written(synthesised: Synthesised, folder: Path) -> Path:
    """The stacks written below a folder."""
    write(folder, {name: stack.json for name, stack in synthesised.stacks.items()})
    return folder


@pytest.fixture(scope="session")
def emitted(
    synthesised_by_name: Callable[[str], Synthesised], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Emitted]:
    @cache
    def read(name: str) -> Emitted:
        synthesised = synthesised_by_name(name)
        folder = written(synthesised, tmp_path_factory.mktemp(f"{name}-emitted"))
        return read_emitted(folder, synthesised.environment)

    return read


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Emitted:
    environment = example("mission").model_copy(update={"tls": False})
    folder = tmp_path_factory.mktemp("plain")
    return read_emitted(
        written(Synthesised(environment, synthesise(environment, folder / "out")), folder),
        environment,
    )


@dataclass
class Bench:
    """An open load balancer. ports: on loopback, by its listeners' ports."""

    clock: Clock
    balancer: Balancer
    ports: dict[int, int]
    authority: Authority

    async def asked(self, host: str = "awspractice.space", port: int = 443) -> Response:
        tls = self.authority.user() if port == 443 else None
        where = (self.clock, ADDRESS, self.ports[port])
        return await get(*where, host=host, path="/", connect=4, answer=20, tls=tls)


Play = Callable[[Bench], Awaitable[None]]


def run(region: EmittedRegion, folder: Path, play: Play) -> None:
    async def main() -> None:
        clock, authority = Clock(FACTOR), Authority()
        ports = {one.port: common_port([ADDRESS]) for one in region.entrances}
        balancer = Balancer(
            clock,
            region.balancer,
            region.matcher,
            entrances=region.entrances,
            address=ADDRESS,
            ports=ports,
            certify=partial(authority.server, folder=folder),
            keep_alive=region.keep_alive,
        )
        ticking = asyncio.create_task(clock.run())
        await balancer.open()
        try:
            await play(Bench(clock, balancer, ports, authority))
        finally:
            await balancer.close()
            ticking.cancel()

    asyncio.run(main())


@asynccontextmanager
async def target(status: int, body: str) -> AsyncGenerator[int]:
    """A server that always gives the same answer; yields its port."""
    length = len(body)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: {length}\r\n\r\n{body}".encode())

    async with serving(answer) as port:
        yield port


@asynccontextmanager
async def serving(handler: Handler, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[int]:
    """A server on loopback, which closes each connection at its handler's end or its own; yields
    its port."""
    listener = PortListener(LOOPBACK, free_port(), handler, tls=tls)
    await listener.open()
    try:
        yield listener.port
    finally:
        await listener.close()


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example application, packed."""
    made = tmp_path_factory.mktemp("archive") / "application.tar.gz"
    pack(ROOT / "examples" / "application", made)
    return made
