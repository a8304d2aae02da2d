"""Where the failover switch stands, who moved it, when and why."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from environments import Environment
from functions.failover_control.pause import Pause
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
    paused: str | None = None
    """Until when the failover control is paused, by whom and why; None if it is not."""

    @property
    def wrong(self) -> bool:
        return self.position == "set" or self.paused is not None

    def __str__(self) -> str:
        paused = f"; the failover control is {self.paused}" if self.paused else ""
        return f"{self._told}{paused}"

    @property
    def _told(self) -> str:
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
    connected = connect or client
    places = _places(environment, connected)
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


def pause_of(environment: Environment, connect: Connect | None = None) -> Pause:
    """The pause of the environment's failover control. Raises OperationError if nothing sets a
    switch, so that there is nothing to pause."""
    return Pause(_places(environment, connect or client))


def _places(environment: Environment, connect: Connect) -> list[Place]:
    if not environment.failover.latches:
        raise OperationError(
            f'{environment.name} has no switch: failover.failback is "automatic", so users return'
            " automatically when the primary is healthy"
        )
    return [
        Place(connect("s3", place.region), place.bucket, place.region)
        for place in environment.note_places
    ]


def position_of(environment: Environment, connect: Connect | None = None) -> SwitchPosition:
    """Raises OperationError if nobody says."""
    if not environment.failover.latches:
        return SwitchPosition("none")
    switch = switch_of(environment, connect)
    with refused("cannot be read"):
        setting = switch.setting()
    pause = pause_of(environment, connect).current(datetime.now(UTC))
    paused = str(pause) if pause else None
    if setting is None:
        return SwitchPosition("clear", since=_cleared(switch), paused=paused)
    if isinstance(setting, Unnoted):
        return SwitchPosition("set", unknown=setting.because, paused=paused)
    return SwitchPosition(
        "set",
        since=setting.at,
        by=setting.by,
        reason=setting.reason or None,
        paused=paused,
    )


def _cleared(switch: FailoverSwitch) -> datetime | None:
    """Since when the switch is clear. If that cannot be read, the position is shown without it."""
    try:
        with refused("cannot be read"):
            return switch.cleared_at()
    except OperationError:
        return None
