"""A region's instances: what its Auto Scaling group has, and what its load balancer finds."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from environments import Environment, Role
from operations.aws import Connect, refused
from operations.groups import group_in
from operations.status.facts import Value

IN_SERVICE = "InService"
NO_ZONE = "unknown zone"


@dataclass(frozen=True)
class Instances(Value):
    """The instances of a region's Auto Scaling group."""

    desired: int
    in_service: int
    protected: int
    """How many of those in service a scale-in leaves alone: the failover control's guard."""
    zones: dict[str, int]
    """In service, by zone: every zone that the group may use."""
    others: dict[str, int]
    """Those not in service, by their state in the life cycle, such as Pending."""

    @property
    def wrong(self) -> bool:
        return self.in_service < self.desired

    def __str__(self) -> str:
        zones = ", ".join(f"{count} in {zone}" for zone, count in self.zones.items())
        others = "".join(f", {count} {state}" for state, count in self.others.items())
        return (
            f"{self.in_service} of {self.desired} in service{others},"
            f" {self.protected} protected from scale-in: {zones}"
        )


@dataclass(frozen=True)
class ZoneTargets:
    """The load balancer's targets in one zone."""

    healthy: int
    registered: int


@dataclass(frozen=True)
class Targets(Value):
    """The targets of a region's load balancer."""

    healthy: int
    registered: int
    zones: dict[str, ZoneTargets]
    reasons: list[str]
    """Why the others get no users, in the load balancer's words."""

    @property
    def wrong(self) -> bool:
        return self.healthy < self.registered

    def __str__(self) -> str:
        if not self.registered:
            return "no instance is registered"
        zones = ", ".join(
            f"{one.healthy} of {one.registered} in {zone}" for zone, one in self.zones.items()
        )
        why = f" ({'; '.join(self.reasons)})" if self.reasons else ""
        return f"{self.healthy} of {self.registered} healthy{why}: {zones}"


def instances(environment: Environment, role: Role, connect: Connect) -> Instances:
    """Raises OperationError if the region does not say."""
    group = _group(environment, role, connect)
    running = [one for one in group["Instances"] if one["LifecycleState"] == IN_SERVICE]
    zones = Counter(dict.fromkeys(sorted(group["AvailabilityZones"]), 0))
    zones.update(one["AvailabilityZone"] for one in running)
    others = Counter(one["LifecycleState"] for one in group["Instances"])
    del others[IN_SERVICE]
    return Instances(
        desired=group["DesiredCapacity"],
        in_service=len(running),
        protected=sum(one["ProtectedFromScaleIn"] for one in running),
        zones=dict(zones),
        others=dict(others),
    )


def targets(environment: Environment, role: Role, connect: Connect) -> Targets:
    """Raises OperationError if the region does not say."""
    group = _group(environment, role, connect)
    zone_of = {one["InstanceId"]: one["AvailabilityZone"] for one in group["Instances"]}
    balancing = connect("elbv2", environment.regional(role).region)
    registered: Counter[str] = Counter()
    healthy: Counter[str] = Counter()
    reasons: set[str] = set()
    for arn in group["TargetGroupARNs"]:
        with refused("target health cannot be read"):
            found = balancing.describe_target_health(TargetGroupArn=arn)
        for one in found["TargetHealthDescriptions"]:
            zone = zone_of.get(one["Target"]["Id"], NO_ZONE)
            registered[zone] += 1
            state: dict[str, Any] = one["TargetHealth"]
            if state["State"] == "healthy":
                healthy[zone] += 1
            else:
                reasons.add(state.get("Description") or state["State"])
    zones = {zone: ZoneTargets(healthy[zone], registered[zone]) for zone in sorted(registered)}
    return Targets(healthy.total(), registered.total(), zones, sorted(reasons))


def _group(environment: Environment, role: Role, connect: Connect) -> dict[str, Any]:
    settings = environment.regional(role)
    return group_in(settings.region, settings.auto_scaling_group, connect)
