"""A primary whose writer has moved: real ledgers on a real copy, an Auto Scaling group that goes by
its load balancer, and Route 53's checkers, who ask through that."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from proof.drill.instances import Instances
from proof.drill.journal import Journal
from proof.drill.postgres.replication import ReplicatedDatabase
from proof.drill.postgres.software import Programs
from proof.drill.probing import Probing
from proof.drill.reading import Emitted, EmittedRegion
from sandbox.embedded_aws.instances.health_checks import HealthCheck, passes
from tests.example_ledger.bench import Application, made_bench
from tests.proof.drill.conftest import Bench, run
from tests.proof.drill.postgres.client import until
from tests.proof.drill.postgres.conftest import pair, programs

__all__ = ["programs"]

pytestmark = pytest.mark.slow

# Seconds by the drill's clock. In the last, an instance could be replaced twice.
BOOT, GRACE, LONG = 10, 30, 80
ENDPOINT = "aws_route53_health_check.primary_health_check"


@dataclass
class Ledger:
    """An instance of the primary's, whose database only reads. release: none is delivered."""

    start_it: Callable[..., Application]
    check: HealthCheck
    port: int
    release: str | None = None
    one: Application | None = None

    def fetch(self) -> None: ...

    def start(self) -> None:
        self.one = self.start_it(PORT=str(self.port))

    def wait_until_it_serves(self) -> None:
        assert passes(self.check, self.port, 10, lambda: True) is None

    def fail(self, *, fails: bool) -> None:
        assert not fails

    def stop(self) -> None:
        if self.one is not None:
            self.one.end()


@dataclass
class Group:
    """The Auto Scaling group, and the software of its instances."""

    start_it: Callable[..., Application]
    wanted: list[str] = field(default_factory=lambda: ["first"])
    name, hangs = "the ledger", True

    def server(self, region: EmittedRegion, folder: Path, port: int) -> Ledger:
        del folder
        path, seconds = region.balancer.path, region.balancer.timeout
        return Ledger(self.start_it, HealthCheck(path, region.matcher, seconds), port)

    def end(self) -> None: ...

    def describe_auto_scaling_groups(self, **_: Any) -> dict[str, Any]:
        instances = [
            {"InstanceId": one, "AvailabilityZone": "a", "LifecycleState": "InService"}
            for one in self.wanted
        ]
        return {"AutoScalingGroups": [{"Instances": instances}]}

    def terminate_instance_in_auto_scaling_group(self, **asked: Any) -> None:
        self.wanted[self.wanted.index(asked["InstanceId"])] = f"after {asked['InstanceId']}"


@pytest.fixture(scope="module")
def database(
    programs: Programs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ReplicatedDatabase]:
    """Whose copy in "dr" follows. Nobody writes here."""
    with pair(programs, tmp_path_factory.mktemp("pair")) as one:
        until(lambda: one.replicates)
        yield one


@pytest.fixture
def read_only(database: ReplicatedDatabase, tmp_path: Path) -> Iterator[Group]:
    """Instances of the primary, whose database follows another region's."""
    with made_bench(tmp_path) as ledgers:
        ledgers.tell(database.password)
        yield Group(partial(ledgers.of, database, "dr", FAILOVER_ROLE="primary"))


@dataclass
class Seen:
    """What became of it."""

    replaced: int
    healthy: bool
    """For the load balancer."""
    moves_users: bool
    """Whether Route 53's check fails."""


def play(emitted: Emitted, path: str, group: Group, folder: Path) -> Seen:
    """path: what the load balancer asks its targets for."""
    region = emitted.regions["primary"]
    region = replace(region, balancer=replace(region.balancer, path=path))
    found: list[Seen] = []

    async def story(bench: Bench) -> None:
        instances = Instances(
            region,
            bench.balancer,
            group,
            software=group,
            boot=BOOT,
            grace=GRACE,
            folder=folder,
            journal=Journal(bench.clock),
            well=lambda: False,
        )
        check = {ENDPOINT: emitted.configuration.checks[ENDPOINT]}
        configuration = replace(emitted.configuration, checks=check)
        balancers, chance = {region.region: bench.balancer}, random.Random(0)
        probing = Probing(bench.clock, configuration, balancers, {}, chance)
        await instances.start()
        tasks = [asyncio.create_task(one) for one in (instances.follow(), probing.run())]
        try:
            await bench.clock.sleep(LONG)
            for task in tasks:
                if task.done():
                    task.result()
            moves = not probing.fleets[ENDPOINT].healthy
            found.append(Seen(instances.replaced, bench.balancer.healthy > 0, moves))
        finally:
            for task in tasks:
                task.cancel()
            instances.stop()

    run(region, folder, story)
    return found[0]


def test_its_instances_stay_and_its_users_are_moved(
    emitted: Any, read_only: Group, tmp_path: Path
) -> None:
    seen = play(emitted("releases"), "/live", read_only, tmp_path)
    assert seen == Seen(replaced=0, healthy=True, moves_users=True)
    assert read_only.wanted == ["first"]


def test_asked_for_the_health_page_they_are_replaced_again_and_again(
    emitted: Any, read_only: Group, tmp_path: Path
) -> None:
    """None is healthy, so the load balancer forwards Route 53's requests to all of them."""
    seen = play(emitted("releases"), "/health", read_only, tmp_path)
    assert seen.replaced > 1
    assert (seen.healthy, seen.moves_users) == (False, True)
