"""`failover zone show`: which zones serve, with how many instances, and which are shifted away."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import ROLES, Environment, Role
from operations.aws import Connect, client
from operations.zone.region import RegionalZones, Shift
from terminal.errors import OperationError

UNKNOWN = "unknown"
AUTOSHIFT = {True: "on", False: "off", None: UNKNOWN}


@dataclass(frozen=True)
class ZoneOverview:
    """One zone. What its region did not say is None, and `trouble` says why."""

    zone: str
    region: str
    zone_id: str | None = None
    instances: int | None = None
    """How many of its instances serve."""
    shift: Shift | None = None
    """By which users are moved away; None if they are not."""
    autoshift: bool | None = None
    """Whether AWS itself may move them away from a zone of this region."""
    autoshifted: datetime | None = None
    """Since when AWS keeps them away; None if it does not."""
    trouble: str | None = None


def overview(environment: Environment, connect: Connect = client) -> list[ZoneOverview]:
    """Every zone of both regions, which are asked at once. Raises OperationError if neither says
    anything."""

    def asked(role: Role) -> list[ZoneOverview]:
        return _asked(RegionalZones(environment, role, connect))

    with ThreadPoolExecutor(len(ROLES)) as threads:
        found = [zone for zones in threads.map(asked, ROLES) for zone in zones]
    if all(one.zone_id is None for one in found):
        raise OperationError(f"no region answers: {found[0].trouble}")
    return found


def _asked(region: RegionalZones) -> list[ZoneOverview]:
    """What could be read is told even if something else could not."""
    zones, trouble = region.settings.zones, list[str]()
    ids, serving, shifting = dict[str, str](), None, None
    try:
        ids = region.ids
        shifting = region.shifting()
    except OperationError as error:
        trouble.append(str(error))
    try:
        serving = region.instances()
    except OperationError as error:
        trouble.append(str(error))
    return [
        ZoneOverview(
            zone,
            region.region,
            ids.get(zone),
            serving.by_zone.get(zone, 0) if serving else None,
            shifting.shift if shifting and _is_from(shifting.shift, zone) else None,
            shifting.autoshift if shifting else None,
            shifting.autoshifted.get(zone) if shifting else None,
            "; ".join(trouble) or None,
        )
        for zone in zones
    ]


def _is_from(shift: Shift | None, zone: str) -> bool:
    return shift is not None and shift.zone == zone


def print_overview(zones: Sequence[ZoneOverview], console: Console) -> None:
    """The zones as a table, and below it what could not be read."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("zone", "ID", "instances", "autoshift", "users"):
        table.add_column(heading)
    for one in zones:
        style = "red" if one.trouble else "yellow" if one.shift or one.autoshifted else None
        counted = UNKNOWN if one.instances is None else str(one.instances)
        autoshift = AUTOSHIFT[one.autoshift]
        table.add_row(
            one.zone, one.zone_id or UNKNOWN, counted, autoshift, _users(one), style=style
        )
    console.print(table)
    for trouble in dict.fromkeys(one.trouble for one in zones if one.trouble):
        console.print(trouble, style="red")


def _users(one: ZoneOverview) -> str:
    if one.shift is not None:
        return f"moved away until {one.shift.until:%Y-%m-%d %H:%M} UTC ({one.shift.comment})"
    if one.autoshifted is not None:
        return f"moved away by AWS since {one.autoshifted:%Y-%m-%d %H:%M} UTC"
    return UNKNOWN if one.trouble else "as usual"
