"""What `failover releases show` says: which release each region runs, and since when."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import ROLE_NAMES, ROLES, Environment, Role
from operations.aws import Connect, client
from operations.delivery.bucket import Current, ReleasesBucket
from operations.delivery.commands import check_kind
from operations.delivery.group import Group, Members, runs
from releases import Pointer
from terminal.errors import OperationError


@dataclass(frozen=True)
class Running:
    """A region's instances, and how many of them run the current release."""

    desired: int
    instances: int
    on_it: int
    serving: int
    """Those on it that the load balancer sends users."""

    def __str__(self) -> str:
        if not self.instances:
            return "none yet" if self.desired else "none: unproven until it wakes"
        others = self.instances - self.on_it
        on_another = f", {others} on an earlier release" if others else ""
        return f"{self.serving} of {self.instances} on it and serving{on_another}"


@dataclass(frozen=True)
class RegionalOverview:
    """What one region said, or why it said nothing."""

    name: str
    current: Current | None = None
    members: Members | None = None
    history: Sequence[Pointer] = ()
    trouble: str | None = None


def show(environment: Environment, limit: int, console: Console) -> None:
    """Shows both regions, the skew between them, and what was current before.

    limit: how many past releases to show. Raises OperationError for an environment without
    releases; a region that does not answer is shown as such.
    """
    check_kind(environment)

    def asked(role: Role) -> RegionalOverview:
        return _asked(environment, role, limit)

    with ThreadPoolExecutor(len(ROLES)) as threads:
        found = list(threads.map(asked, ROLES))
    console.print(_now(found))
    console.print(_skew(found))
    if all(one.trouble is not None for one in found):
        raise OperationError("no region answers")
    console.print(_past(found))


def look(
    environment: Environment, role: Role, limit: int = 0, connect: Connect = client
) -> RegionalOverview:
    """What one region says. Raises OperationError if it does not."""
    settings = environment.regional(role)
    bucket = ReleasesBucket.of(environment, role, connect)
    members = Group(settings.auto_scaling_group, settings.region, connect).members()
    name = f"{ROLE_NAMES[role]}, {settings.region}"
    return RegionalOverview(name, bucket.current(), members, bucket.history(limit))


def _asked(environment: Environment, role: Role, limit: int) -> RegionalOverview:
    try:
        return look(environment, role, limit)
    except OperationError as error:
        name = f"{ROLE_NAMES[role]}, {environment.regional(role).region}"
        return RegionalOverview(name, trouble=str(error))


def _now(regions: Sequence[RegionalOverview]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("region", "current release", "since", "instances"):
        table.add_column(heading)
    for one in regions:
        if one.trouble is not None:
            table.add_row(one.name, one.trouble, style="red")
        elif one.current is None:
            table.add_row(one.name, "none yet: `failover deploy ARCHIVE` delivers the first")
        else:
            pointer = one.current.pointer
            table.add_row(one.name, pointer.release, _time(one.current.since), str(running(one)))
    return table


def running(region: RegionalOverview) -> Running:
    """How many of a region's instances run the current release."""
    members, current = region.members or Members(0, []), region.current
    on_it = [one for one in members.instances if runs(current, one)]
    serving = sum(one.healthy for one in on_it)
    return Running(members.desired, len(members.instances), len(on_it), serving)


def _skew(regions: Sequence[RegionalOverview]) -> str:
    currents = [one.current for one in regions if one.trouble is None]
    if len(currents) < len(ROLES):
        return "skew: unknown, as not every region answers"
    digests = [one.pointer.release if one else "none" for one in currents]
    if len(set(digests)) == 1:
        return "skew: none, both regions have the same release"
    since = max(one.since for one in currents if one)
    return f"skew: the regions have had different releases since {_time(since)}"


def _past(regions: Sequence[RegionalOverview]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("region", "made current", "release", "by", "why"):
        table.add_column(heading)
    past = [(pointer, one.name) for one in regions for pointer in one.history]
    for pointer, name in sorted(past, key=lambda one: one[0].at, reverse=True):
        table.add_row(name, _time(pointer.at), pointer.release, pointer.by, pointer.why)
    return table


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"
