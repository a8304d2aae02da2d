"""What `failover switch` does: data-plane calls to the switch's places or to an ARC cluster, and
queries to the zone's name servers."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import Environment
from functions.failover_control.endpoint import Health, Lookup, health
from functions.failover_control.routing_control import (
    CLUSTER_SERVICE,
    CLUSTER_TIMEOUTS,
    RoutingControlSwitch,
    in_random_order,
)
from functions.failover_control.switch import (
    FailoverSwitch,
    Place,
    Switch,
    UncertainError,
    Unnoted,
)
from operations.aws import Connect, client, refused
from operations.data.regions import writer_of
from operations.switch.name_servers import NameServers
from operations.switch.writer import refuse_without_writer
from terminal.errors import OperationError


def switch_of(environment: Environment) -> FailoverSwitch:
    """The environment's switch. Raises OperationError if it has none."""
    if not environment.failover.latches:
        raise OperationError(
            f'{environment.name} has no switch: failover.failback is "automatic", so users return'
            " automatically when the primary is healthy"
        )
    places = [
        Place(client("s3", place.region), place.bucket, place.region)
        for place in environment.note_places
    ]
    control = environment.failover.routing_control
    if control is None:
        return Switch(places)
    return RoutingControlSwitch(
        _cluster_client,
        places[0].s3,
        bucket=places[0].bucket,
        arn=control.arn,
        endpoints=in_random_order(control.endpoints),
    )


def _cluster_client(region: str, url: str) -> Any:
    return client(CLUSTER_SERVICE, region, endpoint_url=url, config=CLUSTER_TIMEOUTS)


def set_switch(
    environment: Environment,
    *,
    by: str,
    reason: str,
    console: Console,
    lookup: Lookup | None = None,
) -> None:
    """Takes the primary out of service, and says what follows from the standby's health. Raises
    OperationError if no place accepted the change; the message says whether that is certain."""
    lookup = lookup or NameServers(environment.dns.zone)
    switch = switch_of(environment)
    with _moving("set", environment):
        moved = switch.set(by=by, reason=reason)
    _tell_missed("set", moved.missed, console)
    if not moved.changed:
        console.print("the switch is already set; its original reason is kept")
        return
    standby = environment.dr.region
    match health(environment.health_name("dr"), lookup):
        case Health.HEALTHY:
            console.print(f"set: users move to {standby}, and stay there")
        case Health.UNHEALTHY:
            console.print(f"set: {standby} does not serve yet; users move there once it does")
        case Health.UNKNOWN:
            console.print(f"set: users move to {standby} if it serves, which DNS does not say")


def clear_switch(
    environment: Environment,
    *,
    by: str,
    reason: str,
    force: bool,
    console: Console,
    lookup: Lookup | None = None,
    switch: FailoverSwitch | None = None,
    connect: Connect = client,
) -> None:
    """Puts the primary back in service, if DNS says that it is healthy, and its database takes
    writes.

    force: also if nobody says so. switch: by default the environment's; the drill passes its own.
    Raises OperationError if DNS says that the primary is unhealthy, as the failover control would
    set the switch again at once; or if the writer is known to be elsewhere.
    """
    lookup = lookup or NameServers(environment.dns.zone)
    switch = switch or switch_of(environment)
    name = environment.health_name("primary")
    match health(name, lookup):
        case Health.UNHEALTHY:
            raise OperationError(
                f"the primary is not healthy ({name}): the switch would be set again at once"
            )
        case Health.UNKNOWN if not force:
            trouble = f" ({lookup.trouble})" if isinstance(lookup, NameServers) else ""
            raise OperationError(
                f"{name} does not say whether the primary is healthy{trouble}; --force clears the"
                " switch anyway"
            )
        case _:
            pass
    refuse_without_writer(environment, connect, force=force)
    with _moving("cleared", environment):
        moved = switch.clear(by=by, reason=reason)
    _tell_missed("clear", moved.missed, console)
    console.print(f"clear: users return to {environment.primary.region} within a few minutes")


@contextmanager
def _moving(position: str, environment: Environment) -> Generator[None]:
    """Raises OperationError if the switch could not be moved, or if that is not known."""
    nobody = ", and no users move" if position == "set" else ""
    with refused(f"the switch cannot be {position}{nobody}{_where(environment)}"):
        try:
            yield
        except UncertainError as error:
            raise OperationError(
                f"not known whether the switch is {position}{_where(environment)}: {error}\n"
                "  Run `failover switch show` until it can tell, or try again."
            ) from None


def _tell_missed(position: str, missed: Sequence[str], console: Console) -> None:
    """Says which places missed the change."""
    for one in missed:
        console.print(
            f"not yet {position} in {one}\n  The failover control does it there once S3 answers.",
            style="yellow",
        )


def show(environment: Environment, console: Console, *, lookup: Lookup | None = None) -> None:
    """Shows the switch, the health of both regions and which of them serves. Whatever cannot be
    read is shown as such."""
    lookup = lookup or NameServers(environment.dns.zone)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=False)
    for what, ask in _questions(environment, lookup):
        try:
            table.add_row(what, ask())
        except OperationError as error:
            table.add_row(what, str(error), style="red")
    console.print(table)


def _questions(environment: Environment, lookup: Lookup) -> list[tuple[str, Callable[[], str]]]:
    primary, standby = environment.primary.region, environment.dr.region
    domain = environment.dns.domain
    return [
        ("switch", lambda: _position(environment)),
        (f"primary, {primary}", lambda: health(environment.health_name("primary"), lookup).value),
        (f"standby, {standby}", lambda: health(environment.health_name("dr"), lookup).value),
        ("primary is in service", lambda: _in_service(environment, lookup)),
        (f"{domain} is answered by", lambda: _serving(environment, lookup)),
        ("standby's instances", lambda: _instances(environment)),
        *([("database", lambda: _database(environment))] if environment.data.kind else []),
    ]


def _position(environment: Environment) -> str:
    switch = switch_of(environment)
    with refused("cannot be read"):
        setting = switch.setting()
    if setting is None:
        return f"clear{_last(switch)}: the primary is in service while it is healthy"
    if isinstance(setting, Unnoted):
        return f"set; who set it, when and why is unknown: {setting.because}"
    why = f": {setting.reason}" if setting.reason else ""
    return f"set since {setting.at:%Y-%m-%d %H:%M:%S} UTC by {setting.by}{why}"


def _last(switch: FailoverSwitch) -> str:
    """Since when the switch is clear. If that cannot be read, the position is shown without it."""
    try:
        with refused("cannot be read"):
            cleared = switch.cleared_at()
    except OperationError:
        return ""
    return f", since {cleared:%Y-%m-%d %H:%M:%S} UTC" if cleared else ""


def _in_service(environment: Environment, lookup: Lookup) -> str:
    """Route 53's verdict on the primary's health and the switch, as far as it has seen them."""
    match health(environment.in_service_name, lookup):
        case Health.HEALTHY:
            return "yes, says Route 53"
        case Health.UNHEALTHY:
            return "no, says Route 53: it is not healthy, or the switch is set"
        case Health.UNKNOWN:
            return "unknown"


def _serving(environment: Environment, lookup: Lookup) -> str:
    answered = lookup(environment.dns.domain)
    of_primary = answered & lookup(environment.regional_name("primary"))
    of_standby = answered & lookup(environment.regional_name("dr"))
    if bool(of_primary) == bool(of_standby):
        return "unknown"
    return environment.primary.region if of_primary else environment.dr.region


def _instances(environment: Environment) -> str:
    name = environment.dr.auto_scaling_group
    autoscaling = client("autoscaling", environment.dr.region)
    with refused("cannot be read"):
        groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    if not groups["AutoScalingGroups"]:
        return f"there is no Auto Scaling group {name}"
    (group,) = groups["AutoScalingGroups"]
    running = [one for one in group["Instances"] if one["LifecycleState"] == "InService"]
    guarded = sum(one["ProtectedFromScaleIn"] for one in running)
    in_service = f"{len(running)} of {group['DesiredCapacity']} in service"
    return f"{in_service}, {guarded} protected from scale-in"


def _database(environment: Environment) -> str:
    """Which region takes writes; loudly, where that is not the one that has the users."""
    role = writer_of(environment)
    region = environment.regional(role).region
    if role == "primary" and switch_of(environment).setting() is not None:
        return f"{region} takes writes, and users are to be on the standby: failover data promote"
    return f"{region} takes writes"


def _where(environment: Environment) -> str:
    control = environment.failover.routing_control
    if control is not None:
        return f" (routing control {control.arn})"
    places = environment.switch_places
    return f" ({', '.join(f's3://{place.bucket} in {place.region}' for place in places)})"
