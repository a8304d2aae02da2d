"""What AWS says of one region's zones: who serves there, and what is shifted away."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from environments import ROLE_NAMES, Environment, Role
from operations.aws import Connect, client, refused
from operations.groups import group_in, serving_instances
from terminal.errors import OperationError

Json = dict[str, Any]

SERVICE = "arc-zonal-shift"
# https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_StartZonalShift.html
LONGEST_COMMENT = 128
BY_OPERATOR = "ZONAL_SHIFT"


@dataclass(frozen=True)
class Shift:
    """A zonal shift in progress."""

    id: str
    zone: str
    """The name of the zone that gets no requests."""
    since: datetime
    until: datetime
    """When it ends by itself."""
    comment: str
    by_operator: bool = True
    """Whether somebody started it. AWS's own, such as practice runs, give way to one that somebody
    starts: https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.how-it-works.precedence.html
    """


@dataclass(frozen=True)
class Shifting:
    """What ARC does with a region's zones."""

    shift: Shift | None
    """The shift in progress. ARC allows a load balancer one at a time."""
    autoshift: bool
    """Whether AWS itself may move users away from a zone that it finds impaired:
    https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.html"""
    autoshifted: dict[str, datetime]
    """The zones that AWS keeps users away from by an autoshift now, and since when."""


@dataclass(frozen=True)
class Instances:
    """A region's instances that serve: in service in their group, and healthy."""

    by_zone: dict[str, int]
    desired: int

    def without(self, zone: str) -> int:
        """How many serve outside a zone."""
        return sum(self.by_zone.values()) - self.by_zone.get(zone, 0)


class RegionalZones:
    """The zones of the region that plays `role`.

    Each question raises OperationError if AWS does not answer it.
    """

    def __init__(self, environment: Environment, role: Role, connect: Connect = client) -> None:
        self.settings = environment.regional(role)
        self.region = self.settings.region
        self.name = f"{ROLE_NAMES[role]}, {self.region}"
        self._role = role
        self._connect = connect

    @cached_property
    def _shifting(self) -> Any:
        return self._connect(SERVICE, self.region)

    @cached_property
    def ids(self) -> dict[str, str]:
        """The zones' IDs by name. ARC takes IDs, and each account's names are its own:
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html
        """
        with refused(f"the zones of {self.region} cannot be read"):
            found = self._connect("ec2", self.region).describe_availability_zones(
                ZoneNames=self.settings.zones
            )
        return {zone["ZoneName"]: zone["ZoneId"] for zone in found["AvailabilityZones"]}

    def instances(self) -> Instances:
        """Who serves in each zone."""
        group = group_in(self.region, self.settings.auto_scaling_group, self._connect)
        by_zone = Counter(one["AvailabilityZone"] for one in serving_instances(group))
        return Instances(dict(by_zone), group["DesiredCapacity"])

    def shift(self) -> Shift | None:
        """The shift in progress."""
        return self.shifting().shift

    def shifting(self) -> Shifting:
        """What is shifted away, and by whom."""
        names: dict[str, str] = {zone_id: name for name, zone_id in self.ids.items()}
        balancer = self._balancer()
        autoshifts = {
            str(one["awayFrom"]): one["startTime"]
            for one in _applied(balancer.get("autoshifts", []))
        }
        return Shifting(
            next((_shift(one, names) for one in _applied(balancer.get("zonalShifts", []))), None),
            balancer.get("zonalAutoshiftStatus") == "ENABLED",
            {names.get(zone_id, zone_id): since for zone_id, since in autoshifts.items()},
        )

    def start(self, zone: str, lasts: str, comment: str) -> None:
        """Moves requests away from a zone. lasts: such as 90m or 2h."""
        arn = self._balancer()["arn"]
        with refused(f"nothing is moved away from {zone}"):
            self._shifting.start_zonal_shift(
                resourceIdentifier=arn,
                awayFrom=self.ids[zone],
                expiresIn=lasts,
                comment=comment,
            )

    def prolong(self, shift: Shift, lasts: str, comment: str) -> None:
        """Lets a shift end that long from now, and replaces its comment."""
        with refused(f"the shift away from {shift.zone} stays as it is"):
            self._shifting.update_zonal_shift(
                zonalShiftId=shift.id, expiresIn=lasts, comment=comment
            )

    def cancel(self, shift: Shift) -> None:
        """Lets requests back to the zone."""
        with refused(f"the shift away from {shift.zone} cannot be ended"):
            self._shifting.cancel_zonal_shift(zonalShiftId=shift.id)

    def _balancer(self) -> dict[str, Any]:
        """The load balancer as ARC has it. Asking ARC alone needs neither the load balancer's ARN
        nor Elastic Load Balancing."""
        name = self.settings.load_balancer
        for one in self._managed():
            if f":loadbalancer/app/{name}/" in one.get("arn", ""):
                return one
        raise OperationError(
            f"the load balancer {name} in {self.region} does not exist, or takes no zonal shifts:"
            f" set zonal_shift = true in [{self._role}], and apply {self._role}"
        )

    def _managed(self) -> Iterator[dict[str, Any]]:
        page: dict[str, str] = {}
        while True:
            with refused(f"zonal shifts in {self.region} cannot be read"):
                found = self._shifting.list_managed_resources(**page)
            yield from found["items"]
            if not found.get("nextToken"):
                return
            page = {"nextToken": found["nextToken"]}


def _applied(shifts: list[Json]) -> Iterator[Json]:
    return (one for one in shifts if one["appliedStatus"] == "APPLIED")


def _shift(one: Json, names: dict[str, str]) -> Shift:
    away_from: str = one["awayFrom"]
    return Shift(
        one["zonalShiftId"],
        names.get(away_from, away_from),
        one["startTime"],
        one["expiryTime"],
        one["comment"],
        by_operator=one.get("shiftType", BY_OPERATOR) == BY_OPERATOR,
    )
