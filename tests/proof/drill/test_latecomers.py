"""Users who follow late: what they do on loopback, and how long their resolvers keep answers."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dns.name
import dns.rdataclass
import dns.rdatatype
import pytest

from modules.user_tail import MOST_EXCESS, excess
from proof.drill.clock import Clock
from proof.drill.journal import Journal, Request
from proof.drill.latecomers import EXTENDING, Holder, excesses
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.resolvers import ClockCache
from proof.drill.users import Pages, Web
from tests.proof.drill.conftest import ADDRESS, Bench, run, target
from tests.proof.drill.test_users import DOMAIN, HTTPS, Resolver

KEEP_ALIVE = 20
REAL_MOMENT = 0.05
KEY = (dns.name.from_text(DOMAIN), dns.rdatatype.A, dns.rdataclass.IN)


@pytest.fixture
def region(emitted: Callable[[str], Emitted]) -> EmittedRegion:
    return replace(emitted("mission").regions["primary"], keep_alive=KEEP_ALIVE)


def held(
    region: EmittedRegion,
    folder: Path,
    until: Callable[[Bench, list[Request]], Awaitable[None]],
    status: int = 200,
) -> tuple[list[Request], int]:
    """What a holder sees until then, asking every two seconds, and how often it asked DNS."""
    requests: list[Request] = []
    resolver: Any = Resolver()

    async def play(bench: Bench) -> None:
        pages = Pages({"primary": "page", "dr": "other"}, {"primary": [ADDRESS], "dr": []})
        web = Web(bench.ports, bench.authority.user())
        user = Holder(
            *(0, resolver),
            **{"url": HTTPS, "web": web, "pages": pages, "journal": Journal(bench.clock)},
            requests=requests,
            every=2,
        )
        async with target(status, "page") as port:
            bench.balancer.register("one", port)
            asking = asyncio.create_task(user.run(0))
            await until(bench, requests)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            bench.balancer.deregister("one")
            await asyncio.sleep(REAL_MOMENT)  # for the target to end what it answers

    run(region, folder, play)
    return requests, sum(kind == "A" for _, kind in resolver.asked)


async def three(bench: Bench, requests: list[Request]) -> None:
    assert await bench.clock.until(lambda: len(requests) >= 3, 20)


async def longer_than_it_keeps(bench: Bench, requests: list[Request]) -> None:
    began = bench.clock.now
    await bench.clock.until(lambda: requests[-1].ended > began + KEEP_ALIVE + 8, 60)


async def lost(bench: Bench, requests: list[Request]) -> None:
    await three(bench, requests)
    await bench.balancer.lose()
    assert await bench.clock.until(lambda: requests[-1].served is None, 20)
    failed = len(requests)
    assert await bench.clock.until(lambda: len(requests) > failed, 20)


def test_one_connection_serves_many_requests(region: EmittedRegion, tmp_path: Path) -> None:
    requests, asked = held(region, tmp_path, three)
    assert [one.served for one in requests[:3]] == ["primary"] * 3
    assert asked == 1


def test_a_connection_is_held_while_it_answers_even_with_errors(
    region: EmittedRegion, tmp_path: Path
) -> None:
    requests, asked = held(region, tmp_path, three, status=500)
    assert {one.outcome for one in requests} == {"HTTP 500"}
    assert asked == 1


def test_the_load_balancer_ends_it_and_the_user_asks_dns_anew(
    region: EmittedRegion, tmp_path: Path
) -> None:
    async def until(bench: Bench, requests: list[Request]) -> None:
        await three(bench, requests)
        await longer_than_it_keeps(bench, requests)

    requests, asked = held(region, tmp_path, until)
    assert {one.served for one in requests} == {"primary"}
    assert asked == 2


def test_a_lost_region_fails_the_request_and_then_dns_decides(
    region: EmittedRegion, tmp_path: Path
) -> None:
    requests, asked = held(region, tmp_path, lost)
    assert requests[-1].served is None
    assert asked >= 2


def test_the_stacks_decide_how_long_a_connection_is_kept(emitted: Callable[[str], Emitted]) -> None:
    assert emitted("mission").regions["primary"].keep_alive == 60


@pytest.mark.parametrize(("excess", "kept"), [(0, 60), (300, 360)])
def test_a_resolver_keeps_answers_for_as_much_longer(excess: int, kept: int) -> None:
    clock = Clock(1)
    cache = ClockCache(clock, excess=excess)
    answer: Any = SimpleNamespace(chaining_result=SimpleNamespace(minimum_ttl=60))
    cache.put(KEY, answer)
    clock.advance(kept - 1)
    assert cache.get(KEY) is answer
    clock.advance(1)
    assert cache.get(KEY) is None


def test_resolvers_are_spread_over_those_that_extend_ttls() -> None:
    found = excesses(EXTENDING, random.Random("a"))
    assert found == excesses(EXTENDING, random.Random("a"))
    assert found == sorted(found)
    assert found[0] >= MOST_EXCESS
    for number, seconds in enumerate(found[:-1]):
        assert seconds < excess((number + 1) / EXTENDING)
