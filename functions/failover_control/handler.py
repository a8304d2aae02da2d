"""Lambda's entry point, invoked once a minute by a schedule and at once by the endpoint's alarm."""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.agreed import BETWEEN_LOOKS, LOOKS
from functions.failover_control.alarm import failure_began
from functions.failover_control.bounded import Bounded
from functions.failover_control.control import Control
from functions.failover_control.database import database_from
from functions.failover_control.endpoint import Health, Lookup, addresses_of, health
from functions.failover_control.keeper import DatabaseKeeper
from functions.failover_control.metrics import Metrics
from functions.failover_control.pause import Pause
from functions.failover_control.routing_control import (
    CLUSTER_SERVICE,
    CLUSTER_TIMEOUTS,
    RoutingControlSwitch,
    in_random_order,
)
from functions.failover_control.standby import Standby
from functions.failover_control.switch import FailoverSwitch, Place, Switch

SCHEDULED = "Scheduled Event"

# Per address. In us-east-1, boto3 would use S3's global endpoint, which may lead elsewhere:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-s3-regional-endpoint.html
CLIENT_TIMEOUTS = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
    s3={"us_east_1_regional_endpoint": "regional"},
)
# Seconds: for a call, with all addresses and attempts; and for a look in which nothing answers,
# which is two lookups and twelve calls, nine of them to S3. Only a run's first look is at the
# database too: it has the whole of the run's time for those calls.
CALL_SECONDS = 4
ENOUGH_FOR_A_LOOK = 56
# For a run that the alarm starts: latching takes two looks in a row.
ALARM_LOOKS = 2


class Context(Protocol):
    """Lambda's context object."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the run."""
        ...


def handle(
    event: Mapping[str, Any],
    context: Context,
    *,
    lookup: Lookup = addresses_of,
    sleep: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Looks and does what is due: repeatedly if scheduled; until two looks have succeeded if an
    alarm invoked it. Returns what it did; raises an ExceptionGroup of what failed.

    Lambda itself does not retry: the next minute's run does. lookup, sleep: for tests.
    """
    scheduled = event.get("detail-type") == SCHEDULED
    began = failure_began(event, os.environ["ENDPOINT_ALARM"])
    if not scheduled and began is None:
        print(f"not for this function: {event.get('detail-type')} {event.get('resources')}")
        return []
    control = control_from(os.environ)
    done: list[str] = []
    errors: list[Exception] = []
    succeeded = 0
    for look in range(LOOKS):
        if look:
            if context.get_remaining_time_in_millis() < 1000 * (BETWEEN_LOOKS + ENOUGH_FOR_A_LOOK):
                break
            sleep(BETWEEN_LOOKS)
        try:
            done += _look(control, lookup, began, keep=look == 0)
        except Exception as error:
            errors.append(error)
        else:
            succeeded += 1
            if not scheduled and succeeded == ALARM_LOOKS:
                return done
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {LOOKS} looks failed", errors)
    return done


def _look(control: Control, lookup: Lookup, began: datetime | None, *, keep: bool) -> list[str]:
    """Asks DNS and acts on the answer; logs both if there is anything to report.

    keep: whether to look after the database too.
    """
    primary = health(os.environ["PRIMARY_HEALTH_NAME"], lookup)
    standby = health(os.environ["STANDBY_HEALTH_NAME"], lookup)
    if primary is not Health.HEALTHY:
        print(f"the primary's health: {primary.value}, the standby's: {standby.value}")
    return control.act(primary, began, standby=standby, keep=keep)


ClientOf = Callable[[str, str], Any]
"""Creates a client for a service in a region."""


def control_from(environ: Mapping[str, str], client: ClientOf | None = None) -> Control:
    """The control that the function's environment variables describe. The first of the switch's
    places is in the function's own region.

    client: by default, a boto3 client with the role's credentials.
    """
    client = client or _client
    places = [Place(client("s3", one["region"]), **one) for one in json.loads(environ["SWITCH"])]
    own = places[0]
    switch = standby = None
    if environ["FAILBACK"] == "manual":
        switch = _switch_from(environ, places)
    if "GROUP" in environ:
        standby = Standby(
            client("autoscaling", own.region),
            group=environ["GROUP"],
            rest=int(environ["REST"]),
            awake=int(environ["AWAKE"]),
        )
    metrics = Metrics(client("cloudwatch", own.region), deployment=environ["DEPLOYMENT"])
    return Control(
        s3=own.s3,
        bucket=own.bucket,
        switch=switch,
        standby=standby,
        metrics=metrics,
        keeper=_keeper_from(environ, own, client),
        pause=Pause(places) if switch is not None else None,
        tell=print,
    )


def _keeper_from(environ: Mapping[str, str], own: Place, client: ClientOf) -> DatabaseKeeper | None:
    """What looks after the standby's database; None without one."""
    if "DATABASE" not in environ:
        return None
    minutes = environ.get("PROMOTE_AFTER_MINUTES")
    database = database_from(json.loads(environ["DATABASE"]), client("rds", own.region), own.region)
    return DatabaseKeeper(
        database=database,
        promote_after=timedelta(minutes=int(minutes)) if minutes else None,
        s3=own.s3,
        bucket=own.bucket,
    )


def _switch_from(environ: Mapping[str, str], places: Sequence[Place]) -> FailoverSwitch:
    """A routing control if the variables name one, else this project's own switch."""
    if "ROUTING_CONTROL" in environ:
        return RoutingControlSwitch(
            _cluster_client,
            places[0].s3,
            bucket=places[0].bucket,
            arn=environ["ROUTING_CONTROL"],
            endpoints=in_random_order(json.loads(environ["ROUTING_CONTROL_ENDPOINTS"])),
        )
    return Switch(places)


def _cluster_client(region: str, url: str) -> Any:
    return _client(CLUSTER_SERVICE, region, config=CLUSTER_TIMEOUTS, endpoint_url=url)


def _client(service: str, region: str, *, config: Config = CLIENT_TIMEOUTS, **where: str) -> Any:
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    return Bounded(create(service, region_name=region, config=config, **where), CALL_SECONDS)
