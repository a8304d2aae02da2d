"""A region's load balancer on loopback, in front of small servers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from proof.drill.http import NoAnswerError, Response
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.web_server import free_port
from tests.proof.drill.conftest import Bench, Play, run, serving, target


@pytest.fixture
def region(emitted: Callable[[str], Emitted]) -> EmittedRegion:
    return emitted("mission").regions["primary"]


@pytest.fixture
def play(region: EmittedRegion, tmp_path: Path) -> Callable[[Play], None]:
    return lambda what: run(region, tmp_path, what)


def test_without_a_target_it_says_503(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        assert (await bench.asked()).status == 503

    play(what)


def test_it_asks_healthy_targets_alone(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        balancer = bench.balancer
        async with target(200, "well") as well, target(500, "ill") as ill:
            balancer.register("well", well)
            balancer.register("ill", ill)
            assert await bench.clock.until(lambda: balancer.healthy == 1, 60)
            assert (balancer.registered, balancer.healthy) == (2, 1)
            bodies = {(await bench.asked()).body for _ in range(6)}
            assert bodies == {b"well"}
            balancer.deregister("well")
            assert balancer.registered == 1

    play(what)


def test_with_unhealthy_targets_alone_it_asks_them(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        async with target(500, "ill") as ill:
            bench.balancer.register("ill", ill)
            await bench.clock.sleep(12)
            assert bench.balancer.healthy == 0
            assert await bench.asked() == Response(500, b"ill")

    play(what)


def test_a_target_that_is_gone_is_502(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        bench.balancer.register("gone", free_port())
        assert (await bench.asked()).status == 502

    play(what)


@pytest.mark.parametrize("port", [80, 443])
def test_lost_it_leaves_everybody_waiting_and_then_is_back(
    play: Callable[[Play], None], port: int
) -> None:
    async def what(bench: Bench) -> None:
        await bench.balancer.lose()
        for _ in range(3):
            with pytest.raises(NoAnswerError, match="timed out connecting"):
                await bench.asked(port=port)
        await bench.balancer.open()
        assert (await bench.asked(port=port)).status == {80: 301, 443: 503}[port]

    play(what)


def test_http_leads_to_https(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        found = await bench.asked(port=80)
        assert (found.status, found.location) == (301, "https://awspractice.space:443/")

    play(what)


def test_https_has_a_certificate_for_the_emitted_names_alone(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        for name in ("awspractice.space", "ap-south-1.awspractice.space"):
            assert (await bench.asked(name)).status == 503
        for name in ("us-east-1.awspractice.space", "www.awspractice.space", "example.com"):
            with pytest.raises(NoAnswerError, match="TLS: Hostname mismatch"):
                await bench.asked(name)

    play(what)


def test_nobody_gets_through_a_closed_port(region: EmittedRegion, tmp_path: Path) -> None:
    """The drill's own sabotage: security groups without their rule for HTTPS."""
    opened = frozenset(one for one in region.balancer.ingress if one.first != 443)
    assert opened != region.balancer.ingress

    async def what(bench: Bench) -> None:
        assert (await bench.asked(port=80)).status == 301
        with pytest.raises(NoAnswerError, match="timed out connecting"):
            await bench.asked()

    closed = replace(region, balancer=replace(region.balancer, ingress=opened))
    run(closed, tmp_path, what)


def test_plain_http_is_no_answer_on_443(play: Callable[[Play], None]) -> None:
    async def what(bench: Bench) -> None:
        bench.ports[80] = bench.ports[443]
        with pytest.raises(NoAnswerError, match="connection lost"):
            await bench.asked(port=80)

    play(what)


def test_without_tls_port_80_serves(plain: Emitted, tmp_path: Path) -> None:
    async def what(bench: Bench) -> None:
        assert set(bench.ports) == {80}
        async with target(200, "well") as well:
            bench.balancer.register("well", well)
            assert await bench.asked(port=80) == Response(200, b"well")

    run(plain.regions["primary"], tmp_path, what)


def test_a_certificate_that_lacks_the_domain_is_refused(
    region: EmittedRegion, tmp_path: Path
) -> None:
    """The drill's own sabotage: what a name missing from the certificate does to users."""
    (https,) = (one for one in region.entrances if one.tls is not None)
    assert https.tls is not None
    wrong = replace(https, tls=replace(https.tls, names=("ap-south-1.awspractice.space",)))

    async def what(bench: Bench) -> None:
        with pytest.raises(NoAnswerError, match="TLS: Hostname mismatch"):
            await bench.asked()

    run(replace(region, entrances=(wrong,)), tmp_path, what)


def test_a_target_knows_its_open_requests(region: EmittedRegion, tmp_path: Path) -> None:
    """Of a process that hangs, the clock does not wait for the answer."""

    async def what(bench: Bench) -> None:
        async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        bench.balancer.hangs = True
        async with serving(silence) as port:
            bench.balancer.register("one", port)
            target = bench.balancer.targets["one"]
            asking = asyncio.create_task(bench.asked())
            assert await bench.clock.until(lambda: target.open == 1, 10)
            assert bench.balancer.deregister("one") is target
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            assert await bench.clock.until(lambda: target.open == 0, 70)

    run(region, tmp_path, what)
