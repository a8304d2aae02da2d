"""What Lambda calls: once a minute by a schedule, and at once by the endpoint's alarm."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.alarm import failure_began
from functions.failover_control.control import BETWEEN_LOOKS, LOOKS, Control
from functions.failover_control.endpoint import Health, Lookup, addresses_of, health
from functions.failover_control.need import NeedMetric
from functions.failover_control.routing_control import (
    CLUSTER_SERVICE,
    IMPATIENCE,
    RoutingControlSwitch,
    in_random_order,
)
from functions.failover_control.standby import Standby
from functions.failover_control.switch import FailoverSwitch, Switch

SCHEDULED = "Scheduled Event"

# An AWS that does not answer costs a call 8 s, and a look a few of those.
PATIENCE = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
ENOUGH_FOR_A_LOOK = 43


class Context(Protocol):
    """What Lambda tells of the run."""

    def get_remaining_time_in_millis(self) -> int:
        """Until Lambda ends it."""
        ...


def handle(
    event: Mapping[str, Any],
    context: Context,
    *,
    lookup: Lookup = addresses_of,
    sleep: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Looks, and does what is due: again and again if scheduled, until it is done if an alarm says
    so. Returns what it did; raises an ExceptionGroup of what failed.

    Lambda itself repeats nothing: the next minute will. lookup, sleep: for tests.
    """
    scheduled = event.get("detail-type") == SCHEDULED
    began = failure_began(event, os.environ["ENDPOINT_ALARM"])
    if not scheduled and began is None:
        print(f"not for this function: {event.get('detail-type')} {event.get('resources')}")
        return []
    control = control_from(os.environ)
    done: list[str] = []
    errors: list[Exception] = []
    for look in range(LOOKS):
        if look:
            if context.get_remaining_time_in_millis() < 1000 * (BETWEEN_LOOKS + ENOUGH_FOR_A_LOOK):
                break
            sleep(BETWEEN_LOOKS)
        try:
            done += _look(control, lookup, began)
        except Exception as error:
            errors.append(error)
        else:
            if not scheduled:
                return done
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {LOOKS} looks failed", errors)
    return done


def _look(control: Control, lookup: Lookup, began: datetime | None) -> list[str]:
    """Asks DNS and acts; tells the function's log of both, where there is something to tell."""
    primary = health(os.environ["PRIMARY_HEALTH_NAME"], lookup)
    standby = health(os.environ["STANDBY_HEALTH_NAME"], lookup)
    if primary is not Health.HEALTHY:
        print(f"the primary's health: {primary.value}, the standby's: {standby.value}")
    done = control.act(primary, began, standby=standby)
    if done:
        print("; ".join(done))
    return done


def control_from(environ: Mapping[str, str], client: Callable[[str], Any] | None = None) -> Control:
    """The control that the function's variables describe, in the function's own region.

    client: makes the client of a service, for the drill.
    """
    client = client or _client
    s3, bucket = client("s3"), environ["BUCKET"]
    cloudwatch = client("cloudwatch")
    switch = standby = None
    if environ["FAILBACK"] == "manual":
        switch = _switch_from(environ, s3, cloudwatch)
    if "GROUP" in environ:
        standby = Standby(
            client("autoscaling"),
            group=environ["GROUP"],
            rest=int(environ["REST"]),
            awake=int(environ["AWAKE"]),
        )
    need = NeedMetric(cloudwatch, deployment=environ["DEPLOYMENT"])
    return Control(s3=s3, bucket=bucket, switch=switch, standby=standby, need=need)


def _switch_from(environ: Mapping[str, str], s3: Any, cloudwatch: Any) -> FailoverSwitch:
    """A routing control where the variables name one, or else this project's own switch."""
    bucket = environ["BUCKET"]
    if "ROUTING_CONTROL" in environ:
        return RoutingControlSwitch(
            _cluster_client,
            s3,
            bucket=bucket,
            arn=environ["ROUTING_CONTROL"],
            endpoints=in_random_order(json.loads(environ["ROUTING_CONTROL_ENDPOINTS"])),
        )
    return Switch(s3, cloudwatch, bucket=bucket, deployment=environ["DEPLOYMENT"])


def _cluster_client(region: str, url: str) -> Any:
    return _client(CLUSTER_SERVICE, config=IMPATIENCE, region_name=region, endpoint_url=url)


def _client(service: str, *, config: Config = PATIENCE, **where: str) -> Any:
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    return create(service, config=config, **where)
