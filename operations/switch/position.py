"""Where the failover switch stands, who moved it, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from environments import Environment
from functions.failover_control.routing_control import (
    CLUSTER_SERVICE,
    CLUSTER_TIMEOUTS,
    RoutingControlSwitch,
    in_random_order,
)
from functions.failover_control.switch import FailoverSwitch, Place, Switch, Unnoted
from operations.aws import Connect, client, refused
from operations.status.facts import Value, when
from terminal.errors import OperationError


@dataclass(frozen=True)
class SwitchPosition(Value):
    """The switch as it is. None stands for what is unknown, or never was."""

    position: Literal["set", "clear", "none"]
    """`none` where failback is automatic, and there is no switch."""
    since: datetime | None = None
    by: str | None = None
    reason: str | None = None
    unknown: str | None = None
    """Why it is not known who set it."""

    @property
    def wrong(self) -> bool:
        return self.position == "set"

    def __str__(self) -> str:
        since = f", since {when(self.since)}" if self.since else ""
        match self.position:
            case "none":
                return "none: users return as soon as the primary is healthy"
            case "clear":
                return f"clear{since}: the primary is in service while it is healthy"
            case "set" if self.since is None:
                return f"set; who set it, when and why is unknown: {self.unknown}"
            case "set":
                why = f": {self.reason}" if self.reason else ""
                return f"set{since.removeprefix(',')} by {self.by}{why}"


def switch_of(environment: Environment, connect: Connect | None = None) -> FailoverSwitch:
    """The environment's switch. Raises OperationError if it has none."""
    if not environment.failover.latches:
        raise OperationError(
            f'{environment.name} has no switch: failover.failback is "automatic", so users return'
            " automatically when the primary is healthy"
        )
    connected = connect or client
    places = [
        Place(connected("s3", place.region), place.bucket, place.region)
        for place in environment.note_places
    ]
    control = environment.failover.routing_control
    if control is None:
        return Switch(places)

    def cluster_client(region: str, url: str) -> Any:
        return connected(CLUSTER_SERVICE, region, endpoint_url=url, config=CLUSTER_TIMEOUTS)

    return RoutingControlSwitch(
        cluster_client,
        places[0].s3,
        bucket=places[0].bucket,
        arn=control.arn,
        endpoints=in_random_order(control.endpoints),
    )


def position_of(environment: Environment, connect: Connect | None = None) -> SwitchPosition:
    """Raises OperationError if nobody says."""
    if not environment.failover.latches:
        return SwitchPosition("none")
    switch = switch_of(environment, connect)
    with refused("cannot be read"):
        setting = switch.setting()
    if setting is None:
        return SwitchPosition("clear", since=_cleared(switch))
    if isinstance(setting, Unnoted):
        return SwitchPosition("set", unknown=setting.because)
    return SwitchPosition("set", since=setting.at, by=setting.by, reason=setting.reason or None)


def _cleared(switch: FailoverSwitch) -> datetime | None:
    """Since when the switch is clear. If that cannot be read, the position is shown without it."""
    try:
        with refused("cannot be read"):
            return switch.cleared_at()
    except OperationError:
        return None
