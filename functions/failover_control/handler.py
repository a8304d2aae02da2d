"""What Lambda calls: once a minute by a schedule, and at once by the endpoint's alarm."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.alarm import failure_began
from functions.failover_control.control import BETWEEN_LOOKS, LOOKS, Control
from functions.failover_control.endpoint import Lookup, addresses_of, health
from functions.failover_control.standby import Standby
from functions.failover_control.switch import Switch

SCHEDULED = "Scheduled Event"

# An AWS that does not answer must not use up the minute.
PATIENCE = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)


def handle(
    event: Mapping[str, Any],
    context: object,  # noqa: ARG001 - Lambda's, of no use here
    *,
    lookup: Lookup = addresses_of,
    sleep: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Looks, and does what is due. Returns what it did; raises what failed, which Lambda retries.

    lookup, sleep: for tests.
    """
    control, name = control_from(os.environ), os.environ["HEALTH_NAME"]
    if event.get("detail-type") == SCHEDULED:
        return _look_for_a_minute(lambda: control.act(health(name, lookup)), sleep)
    began = failure_began(event, os.environ["ENDPOINT_ALARM"])
    if began is None:
        print(f"not for this function: {event.get('detail-type')} {event.get('resources')}")
        return []
    return _told(control.act(health(name, lookup), began))


def _look_for_a_minute(act: Callable[[], list[str]], sleep: Callable[[float], None]) -> list[str]:
    done: list[str] = []
    errors: list[Exception] = []
    for look in range(LOOKS):
        if look:
            sleep(BETWEEN_LOOKS)
        try:
            done += _told(act())
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {LOOKS} looks failed", errors)
    return done


def _told(done: list[str]) -> list[str]:
    """The same, written to the function's log."""
    if done:
        print("; ".join(done))
    return done


def control_from(environ: Mapping[str, str]) -> Control:
    """The control that the function's variables describe, in the function's own region."""
    s3, bucket = _client("s3"), environ["BUCKET"]
    switch = standby = None
    if environ["FAILBACK"] == "manual":
        cloudwatch = _client("cloudwatch")
        switch = Switch(s3, cloudwatch, bucket=bucket, deployment=environ["DEPLOYMENT"])
    if "GROUP" in environ:
        standby = Standby(
            _client("autoscaling"),
            group=environ["GROUP"],
            rest=int(environ["REST"]),
            awake=int(environ["AWAKE"]),
        )
    return Control(s3=s3, bucket=bucket, switch=switch, standby=standby)


def _client(service: str) -> Any:
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    return create(service, config=PATIENCE)
