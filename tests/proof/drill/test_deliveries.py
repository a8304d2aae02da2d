"""The drill's deliveries: new releases, and how far the drill's instances are."""

import asyncio
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from environments import ROLES, Role
from proof.drill.clock import Clock
from proof.drill.deliveries import BOOTING, SETTLED, Deliveries
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
    """Notes how long instances warm up in it."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    def delay_instances(self, seconds: float) -> None:
        self.delays.append(seconds)


Regions = dict[Role, Instances]


@pytest.fixture
def regions() -> Regions:
    return {role: Instances() for role in ROLES}


def made(regions: Regions, aws: Any = None, factor: float = 50) -> Deliveries:
    same: Any = regions
    return Deliveries(
        example("releases"),
        aws,
        Journal(Clock(factor)),
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


def watched(regions: Regions, factor: float = 50) -> tuple[list[float], dict[Role, int]]:
    """How long instances warm up, and the fewest that serve, while one boots in the standby and the
    primary is lost."""
    aws = Aws()

    async def play() -> dict[Role, int]:
        one = made(regions, aws, factor)
        clock = one._clock  # pyright: ignore[reportPrivateUsage]
        tasks = [asyncio.create_task(work) for work in (clock.run(), one.follow())]
        await clock.until(lambda: len(aws.delays) == 1, 20)
        regions["dr"].put("4", "", "initial")
        regions["primary"].put("4", "", "initial")
        await clock.until(lambda: len(aws.delays) == 2, 20)
        regions["primary"].lost = True
        regions["dr"].end("1")
        regions["dr"].put("4", "")
        await clock.until(lambda: len(aws.delays) == 3, 20)
        for task in tasks:
            task.cancel()
        one.end()
        return dict(one.delivered().least)

    return aws.delays, asyncio.run(play())


def test_refreshes_wait_for_an_instance_that_boots(regions: Regions) -> None:
    delays, least = watched(regions)
    assert delays == [SETTLED, BOOTING, SETTLED, 0]
    assert least == {"primary": 3, "dr": 3}


def test_in_real_time_a_new_instance_is_noticed_more_slowly(regions: Regions) -> None:
    assert watched(regions, factor=3)[0] == [5, BOOTING, 5, 0]


def test_a_repacked_release_is_another_one(archive: Path, tmp_path: Path) -> None:
    other = repack(archive, tmp_path, "release-2")
    with tarfile.open(archive) as first, tarfile.open(other) as second:
        assert {*second.getnames()} - {*first.getnames()} == {"failover-drill-release-2"}
        assert {*first.getnames()} <= {*second.getnames()}
    digests = {read_release(one, "x86_64").digest for one in (archive, other)}
    assert len(digests) == 2
    assert repack(other, tmp_path, "release-3").exists()
