"""The drill's deliveries: new releases, and how far the drill's instances are."""

import asyncio
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from environments import ROLES, Role
from proof.drill.clock import Clock
from proof.drill.deliveries import HELD, LET_GO, Deliveries
from proof.drill.delivering import repack
from proof.drill.journal import Journal
from releases import read_release
from tests.synthesis import example

OLD = "a" * 64


class Instances:
    """A region's, and its load balancer's targets."""

    def __init__(self) -> None:
        self.releases: dict[str, str] = {}
        self.targets: dict[str, Any] = {}
        self.lost = False
        self.looks = 0
        for name in ("1", "2", "3"):
            self.put(name, OLD)

    def put(self, name: str, release: str, state: str = "healthy") -> None:
        self.targets[name] = SimpleNamespace(state=state)
        if state == "healthy":
            self.releases[name] = release

    def end(self, name: str) -> None:
        del self.targets[name], self.releases[name]

    @property
    def registered(self) -> int:
        return len(self.targets)

    @property
    def healthy(self) -> int:
        return sum(one.state == "healthy" for one in self.targets.values())

    @property
    def boots(self) -> bool:
        return any(one.state == "initial" for one in self.targets.values())


class Aws:
    """Notes for how long it lets instances warm up whenever it is asked something."""

    def __init__(self) -> None:
        self.delay: float = 0
        self.asked: list[tuple[str, float]] = []

    def delay_instances(self, seconds: float) -> None:
        self.delay = seconds

    def client(self, _: str, region: str) -> Any:
        def ask() -> None:
            self.asked.append((region, self.delay))

        return SimpleNamespace(describe_auto_scaling_groups=ask)


Regions = dict[Role, Instances]


@pytest.fixture
def regions() -> Regions:
    return {role: Instances() for role in ROLES}


def made(regions: Regions, aws: Any = None) -> Deliveries:
    same: Any = regions
    return Deliveries(
        example("releases"),
        aws,
        Journal(Clock(50)),
        instances=same,
        balancers=same,
        archive=Path("none"),
        folder=Path("none"),
    )


def test_how_far_the_instances_are(regions: Regions) -> None:
    """Here, the new release is the one without a digest, which none has been delivered."""
    one, primary = made(regions), regions["primary"]
    assert not one.half_way("primary")
    primary.put("4", "", "initial")
    assert not one.half_way("primary")
    primary.put("4", "")
    assert not one.half_way("primary"), "no old one has gone"
    primary.end("1")
    assert one.half_way("primary")
    assert not one.level("primary")
    assert not one.half_way("dr")
    for old, new in (("2", "5"), ("3", "6")):
        primary.put(new, "")
        primary.end(old)
    assert one.level("primary")
    assert not one.half_way("primary")
    found = one.delivered()
    assert (found.on_it, found.instances) == ({"primary": 3, "dr": 0}, {"primary": 3, "dr": 3})
    assert found.before == {"primary": 3, "dr": 3}


def test_a_single_instance_is_half_way_once_another_starts(regions: Regions) -> None:
    for name in ("1", "2"):
        regions["primary"].end(name)
    one = made(regions)
    assert not one.half_way("primary")
    regions["primary"].put("4", "", "initial")
    assert one.half_way("primary")


def test_refreshes_go_on_only_while_everything_serves(regions: Regions) -> None:
    aws = Aws()

    async def play() -> None:
        one = made(regions, aws)
        clock = one._clock  # pyright: ignore[reportPrivateUsage]
        delivery = one._task = asyncio.create_task(clock.sleep(1000))  # pyright: ignore[reportPrivateUsage]
        tasks = [asyncio.create_task(work) for work in (clock.run(), one.follow())]

        async def asked(times: int) -> bool:
            """Whether it is asked just so often from now on."""
            before = len(aws.asked)
            await clock.until(lambda: len(aws.asked) >= before + times, 100)
            await clock.sleep(10)
            return len(aws.asked) == before + times and aws.delay == HELD

        def look() -> None:
            for region in regions.values():
                region.looks += 2

        assert await asked(1), "and once more only after a look"
        look()
        assert await asked(1)
        regions["dr"].put("4", "", "initial")
        look()
        assert await asked(0), "one boots"
        regions["dr"].put("4", "")
        assert await asked(1)
        regions["primary"].put("4", "", "initial")
        look()
        assert await asked(0)
        regions["primary"].lost = True
        assert await asked(1), "who is lost is not waited for"
        delivery.cancel()
        await asyncio.wait([delivery])
        look()
        assert await asked(0), "nothing is delivered"
        for task in tasks:
            task.cancel()
        one.end()

    asyncio.run(play())
    assert {delay for _, delay in aws.asked} == {LET_GO}
    assert [region for region, _ in aws.asked][-1] == "us-east-1"
    assert aws.delay == 0


def test_the_fewest_that_serve_are_noted(regions: Regions) -> None:
    async def play() -> None:
        one = made(regions, Aws())
        clock = one._clock  # pyright: ignore[reportPrivateUsage]
        tasks = [asyncio.create_task(work) for work in (clock.run(), one.follow())]
        regions["dr"].end("1")
        await clock.sleep(5)
        regions["dr"].put("4", "")
        await clock.sleep(5)
        assert one.delivered().least == {"primary": 3, "dr": 2}
        one.begin()
        assert one.delivered().least == {"primary": 3, "dr": 3}
        for task in tasks:
            task.cancel()

    asyncio.run(play())


def test_a_repacked_release_is_another_one(archive: Path, tmp_path: Path) -> None:
    other = repack(archive, tmp_path, "release-2")
    with tarfile.open(archive) as first, tarfile.open(other) as second:
        assert {*second.getnames()} - {*first.getnames()} == {"failover-drill-release-2"}
        assert {*first.getnames()} <= {*second.getnames()}
    digests = {read_release(one, "x86_64").digest for one in (archive, other)}
    assert len(digests) == 2
    assert repack(other, tmp_path, "release-3").exists()
