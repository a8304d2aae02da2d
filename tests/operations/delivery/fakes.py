"""A region without AWS, whose clocks and instances a test moves by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from environments import Role
from operations.aws import NoAnswerError
from operations.delivery.bucket import Current, SupersededError
from operations.delivery.deployment import Deployment, Order, Plan
from operations.delivery.group import Instance, Members, Refresh
from operations.delivery.region import Look, RegionalDelivery
from releases import Pointer
from terminal.errors import OperationError

OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64
START = datetime(2026, 11, 29, 6, tzinfo=UTC)
REGIONS: dict[Role, str] = {"primary": "ap-south-1", "dr": "us-east-1"}


@dataclass
class World:
    """One region's AWS. Each call takes a second."""

    region: str
    now: datetime = START
    current: Current | None = None
    instances: list[Instance] = field(default_factory=list[Instance])
    desired: int = 3
    refreshes: list[Refresh] = field(default_factory=list[Refresh])
    ringing: dict[str, datetime] = field(default_factory=dict[str, datetime])
    refuse: str | None = None
    """Why it does not answer."""
    denies: str | None = None
    """Why it denies what is asked."""
    broken: set[str] = field(default_factory=set[str])
    """Releases that never serve."""
    log: list[str] = field(default_factory=list[str])

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        if self.denies is not None:
            raise OperationError(f"{self.region}: {self.denies}")
        if self.refuse is not None:
            raise NoAnswerError(f"{self.region}: {self.refuse}")
        return self.now

    def ring(self, alarm: str = "target-errors") -> None:
        self.ringing[alarm] = self.now

    def launch(self, count: int = 1) -> None:
        """Instances take what is current, and serve unless that is broken."""
        release = self.current.pointer.release if self.current else None
        healthy = release is not None and release not in self.broken
        for _ in range(count):
            name = f"i-{len(self.log):04d}-{len(self.instances)}"
            self.instances.append(Instance(name, self.now, healthy, "" if healthy else "no answer"))


class Bucket:
    """Conditional writes, as S3's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.region, self.bucket = world.region, f"{world.region}-releases"
        self.archives: set[str] = set()

    def current(self) -> Current | None:
        self._world.tick()
        return self._world.current

    def point(self, pointer: Pointer, replacing: Current | None) -> Current:
        now = self._world.tick()
        if self._world.current != replacing:
            raise SupersededError(f"{self.region}: another deployer was faster")
        self._world.current = Current(pointer, f"etag-{now.isoformat()}", now)
        self._world.log.append(f"point {pointer.release[0]}")
        if replacing is None and pointer.release not in self._world.broken:
            waiting = self._world.instances
            self._world.instances = [replace(one, healthy=True, why="") for one in waiting]
        return self._world.current


class Group:
    """Replaces one instance for each look at a refresh, if the release serves."""

    def __init__(self, world: World) -> None:
        self._world = world

    def members(self) -> Members:
        self._world.tick()
        return Members(self._world.desired, list(self._world.instances))

    def latest_refresh(self) -> Refresh | None:
        world = self._world
        world.tick()
        if not world.refreshes:
            return None
        newest = world.refreshes[0]
        if newest.status == "InProgress":
            self._replace(newest)
        elif newest.status == "Cancelling":
            world.refreshes[0] = Refresh(newest.id, "Cancelled", newest.started, "")
        return world.refreshes[0]

    def _replace(self, refresh: Refresh) -> None:
        world = self._world
        assert refresh.started is not None
        old = [one for one in world.instances if one.launched < refresh.started]
        waiting = [one for one in world.instances if not one.healthy and one not in old]
        if waiting:
            return
        if not old:
            world.refreshes[0] = Refresh(refresh.id, "Successful", refresh.started, "")
            return
        world.launch()
        if world.instances[-1].healthy:
            world.instances.remove(old[0])

    def start_refresh(self, alarms: Sequence[str]) -> None:
        now = self._world.tick()
        assert not any(one.under_way for one in self._world.refreshes)
        self._world.log.append(f"start with {len(alarms)} alarms")
        self._world.refreshes.insert(0, Refresh(str(len(self._world.log)), "InProgress", now, ""))

    def cancel_refresh(self) -> None:
        self._world.tick()
        newest = self._world.refreshes[0]
        self._world.log.append("cancel")
        self._world.refreshes[0] = Refresh(newest.id, "Cancelling", newest.started, "")


class Alarms:
    """Two alarms."""

    names = ("target-errors", "slow-responses")

    def __init__(self, world: World) -> None:
        self._world = world

    def ringing(self) -> dict[str, datetime]:
        self._world.tick()
        return dict(self._world.ringing)


def world_of(role: Role, release: str | None = OLD, instances: int = 3) -> World:
    """A region that has served a release for a while."""
    world = World(REGIONS[role], desired=instances)
    if release is not None:
        pointer = Pointer(release=release, previous=None, by="me", at=START, why="")
        world.current = Current(pointer, "etag-0", START)
    world.tick()
    world.launch(instances)
    world.tick()
    return world


def delivery(role: Role, world: World, digest: str = NEW, timeout: float = 60) -> RegionalDelivery:
    """A delivery to it, whose time is the world's."""
    fakes: dict[str, Any] = {
        "bucket": Bucket(world),
        "group": Group(world),
        "alarms": Alarms(world),
    }

    def seconds() -> float:
        return (world.now - START).total_seconds()

    return RegionalDelivery(
        role=role,
        digest=digest,
        timeout=timeout,
        clock=seconds,
        **cast("Any", fakes),
    )


Meanwhile = Callable[[str], None]


def deployment(
    worlds: dict[Role, World],
    digest: str = NEW,
    order: Order = "together",
    meanwhile: Meanwhile = lambda _: None,
    bake: float = 0,
) -> Deployment:
    """A deployment that reads both regions; `meanwhile` is called after each look."""
    regions = [delivery(role, world, digest) for role, world in worlds.items()]
    for one in regions:
        one.read()

    def show(_: Sequence[RegionalDelivery], step: str) -> None:
        meanwhile(step)

    return Deployment(regions, Plan(order, bake, by="me", why="a test", poll=0), show)


def released(world: World) -> set[str]:
    """What its instances run: what was current when each was launched."""
    assert world.current is not None
    assert all(one.launched >= world.current.since for one in world.instances)
    return {world.current.pointer.release}


def begun(world: World, timeout: float = 60) -> RegionalDelivery:
    """The primary's delivery, once the pointer names the new release."""
    one = delivery("primary", world, timeout=timeout)
    one.read()
    one.point(by="me", why="a test")
    return one


def to_the_end(one: RegionalDelivery) -> list[Look]:
    """Every look until the region is level."""
    looks: list[Look] = []
    while not looks or not looks[-1].level:
        looks.append(one.advance())
        assert len(looks) < 100
    return looks
