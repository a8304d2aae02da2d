"""Instances that come and go as their Auto Scaling group says."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.aws import NoAnswerError
from proof.drill.instances import Instances
from proof.drill.journal import Journal
from proof.drill.reading import Emitted, EmittedRegion
from terminal.errors import OperationError
from tests.proof.drill.conftest import Bench, run

BOOT, GRACE = 40, 100


class Server:
    """Runs nothing. answers: whether S3 does."""

    def __init__(self, port: int, answers: Callable[[], bool]) -> None:
        self.port = port
        self.release: str | None = None
        self.log: list[str] = []
        self.serves = True
        self._answers = answers

    def fetch(self) -> None:
        if not self._answers():
            self.log.append("no answer")
            raise NoAnswerError("no answer")
        self.log.append("fetch")
        self.release = "a" * 64

    def start(self) -> None:
        self.log.append("start")

    def wait_until_it_serves(self) -> None:
        self.log.append("serves" if self.serves else "does not serve")
        if not self.serves:
            raise OperationError("no database")

    def fail(self, *, fails: bool) -> None:
        if fails:
            self.log.append("hangs")

    def stop(self) -> None:
        self.log.append("stop")


class Region:
    """The group and the software of one region."""

    name, hangs = "made up", True

    def __init__(self) -> None:
        self.wanted = ["old"]
        self.servers: dict[str, Server] = {}
        self.answers = True
        self.well = True

    def server(self, region: EmittedRegion, folder: Path, port: int) -> Server:
        del region
        self.servers[folder.name] = Server(port, lambda: self.answers)
        return self.servers[folder.name]

    def end(self) -> None:
        """Nothing is left."""

    def describe_auto_scaling_groups(self, **_: Any) -> dict[str, Any]:
        instances = [
            {"InstanceId": one, "AvailabilityZone": "a", "LifecycleState": "InService"}
            for one in self.wanted
        ]
        return {"AutoScalingGroups": [{"Instances": instances}]}

    def terminate_instance_in_auto_scaling_group(
        self,
        *,
        InstanceId: str,  # noqa: N803
        ShouldDecrementDesiredCapacity: bool,  # noqa: N803
    ) -> None:
        assert not ShouldDecrementDesiredCapacity
        self.wanted[self.wanted.index(InstanceId)] = f"after-{InstanceId}"


Story = Callable[[Bench, Region, Instances], Awaitable[None]]


def told(region: EmittedRegion, folder: Path, story: Story) -> Region:
    made = Region()

    async def play(bench: Bench) -> None:
        instances = Instances(
            region,
            bench.balancer,
            made,
            software=made,
            boot=BOOT,
            grace=GRACE,
            folder=folder,
            journal=Journal(bench.clock),
            well=lambda: made.well,
        )
        await instances.start()
        following = asyncio.create_task(instances.follow())
        try:
            await story(bench, made, instances)
            if following.done():
                following.result()
        finally:
            following.cancel()
            instances.stop()

    run(region, folder, play)
    return made


@pytest.fixture
def region(emitted: Callable[[str], Emitted]) -> EmittedRegion:
    return emitted("releases").regions["primary"]


def test_it_fetches_at_once_and_starts_once_it_has_booted(
    region: EmittedRegion, tmp_path: Path
) -> None:
    async def story(bench: Bench, made: Region, instances: Instances) -> None:
        made.wanted.append("new")
        assert await bench.clock.until(lambda: "new" in made.servers, 20)
        await bench.clock.sleep(BOOT / 2)
        assert made.servers["new"].log == ["fetch"]
        assert "new" not in instances.releases
        assert await bench.clock.until(lambda: "serves" in made.servers["new"].log, BOOT)
        assert instances.releases == {"old": "a" * 64, "new": "a" * 64}

    told(region, tmp_path, story)


@pytest.mark.parametrize("ends", [True, False])
def test_open_requests_end_before_the_process_does(
    region: EmittedRegion, tmp_path: Path, ends: bool
) -> None:
    async def story(bench: Bench, made: Region, _: Instances) -> None:
        target, log = bench.balancer.targets["old"], made.servers["old"].log
        target.open = 1
        made.wanted.remove("old")
        assert await bench.clock.until(lambda: not bench.balancer.targets, 20)
        await bench.clock.sleep(region.deregistration / 2)
        assert "stop" not in log
        if ends:
            target.open = 0
            assert await bench.clock.until(lambda: "stop" in log, 5)
        else:
            assert await bench.clock.until(lambda: "stop" in log, region.deregistration)

    told(region, tmp_path, story)


def test_in_a_lost_region_an_instance_waits_for_its_release(
    region: EmittedRegion, tmp_path: Path
) -> None:
    async def story(bench: Bench, made: Region, _: Instances) -> None:
        made.answers = False
        made.wanted.append("new")
        # Both happen between two looks: it was launched when the region was lost.
        while "new" not in made.servers:
            await asyncio.sleep(0)
            bench.balancer.lost = "new" in made.servers
        await bench.clock.sleep(20)
        assert set(made.servers["new"].log) == {"no answer"}
        made.answers, bench.balancer.lost = True, False
        assert await bench.clock.until(lambda: "serves" in made.servers["new"].log, 2 * BOOT)

    told(region, tmp_path, story)


def test_what_boots_while_the_application_hangs_hangs_too(
    region: EmittedRegion, tmp_path: Path
) -> None:
    async def story(bench: Bench, made: Region, instances: Instances) -> None:
        instances.fail(fails=True)
        assert bench.balancer.hangs
        made.wanted.append("new")
        assert await bench.clock.until(
            lambda: "new" in made.servers and "hangs" in made.servers["new"].log, 2 * BOOT
        )
        assert made.servers["new"].log == ["fetch", "start", "hangs"]
        instances.fail(fails=False)
        assert not bench.balancer.hangs

    made = told(region, tmp_path, story)
    assert all(one.log[-1] == "stop" for one in made.servers.values())


def starts_without_serving(made: Region, bench: Bench, *, well: bool) -> Awaitable[bool]:
    """Launches an instance whose application is not healthy."""
    made.wanted.append("new")

    def spoil() -> bool:
        if "new" in made.servers:
            made.servers["new"].serves = False
            made.well = well
        return "new" in made.servers and "start" in made.servers["new"].log

    return bench.clock.until(spoil, 2 * BOOT)


def test_nobody_waits_for_an_application_that_cannot_be_healthy(
    region: EmittedRegion, tmp_path: Path
) -> None:
    """The load balancer's probes tell when it is."""
    region = replace(region, balancer=replace(region.balancer, path=region.health_path))
    assert not region.live

    async def story(bench: Bench, made: Region, _: Instances) -> None:
        assert await starts_without_serving(made, bench, well=False)
        await bench.clock.sleep(20)
        assert made.servers["new"].log == ["fetch", "start"]
        assert "new" in bench.balancer.targets

    told(region, tmp_path, story)


def test_the_group_replaces_what_its_database_makes_unhealthy_again_and_again(
    region: EmittedRegion, tmp_path: Path
) -> None:
    """Here nothing listens, so no target is ever healthy. A new one has its grace first."""

    async def story(bench: Bench, made: Region, instances: Instances) -> None:
        await bench.clock.sleep(20)
        assert instances.replaced == 0, "the database is well: it is the drill that broke it"
        made.well = False
        assert await bench.clock.until(lambda: made.wanted == ["after-old"], 20)
        since = bench.clock.now
        assert await bench.clock.until(lambda: made.wanted == ["after-after-old"], 2 * GRACE)
        assert bench.clock.now - since >= GRACE
        assert instances.replaced == 2

    told(region, tmp_path, story)


@pytest.mark.parametrize("what", ["lost", "fails"])
def test_it_replaces_nothing_in_a_lost_region_or_while_the_drill_stops_the_application(
    region: EmittedRegion, tmp_path: Path, what: str
) -> None:
    async def story(bench: Bench, made: Region, instances: Instances) -> None:
        if what == "lost":
            bench.balancer.lost = True
        else:
            instances.fail(fails=True)
        made.well = False
        await bench.clock.sleep(2 * GRACE)
        assert (made.wanted, instances.replaced) == (["old"], 0)

    told(region, tmp_path, story)


def test_where_the_load_balancer_does_not_ask_for_the_database_all_must_serve(
    region: EmittedRegion, tmp_path: Path
) -> None:
    """Even while the database only reads."""
    assert region.live

    async def story(bench: Bench, made: Region, _: Instances) -> None:
        assert await starts_without_serving(made, bench, well=False)
        await bench.clock.sleep(20)

    with pytest.raises(OperationError, match="no database"):
        told(region, tmp_path, story)


def test_one_that_should_be_healthy_and_is_not_ends_the_drill(
    region: EmittedRegion, tmp_path: Path
) -> None:
    async def story(bench: Bench, made: Region, _: Instances) -> None:
        assert await starts_without_serving(made, bench, well=True)
        await bench.clock.sleep(20)

    with pytest.raises(OperationError, match="no database"):
        told(region, tmp_path, story)
