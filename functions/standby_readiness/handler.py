"""Lambda's entry point, every half hour: checks the standby and publishes how much is wrong."""

import os
from collections.abc import Callable, Mapping
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.bounded import Bounded
from functions.failover_control.metrics import FAULTS_METRIC, Metrics
from functions.standby_readiness.checks import CHECKS
from functions.standby_readiness.settings import StandbySettings
from functions.standby_readiness.standby import Standby

# In us-east-1, boto3 would use S3's global endpoint, which may lead elsewhere:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-s3-regional-endpoint.html
CLIENT_TIMEOUTS = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 2},
    s3={"us_east_1_regional_endpoint": "regional"},
)
# Seconds for a call, with all addresses and attempts.
CALL_SECONDS = 10

ClientOf = Callable[[str], Any]
"""Creates a client for a service in the function's own region."""


def handle(
    _event: Mapping[str, Any], _context: object, *, client: ClientOf | None = None
) -> list[str]:
    """Runs every check, logs what is wrong, and publishes the number of faults; returns the names
    of the checks that found any. One that could not be made is a fault. If the number cannot be
    published, the run fails, and the alarm on it takes the silence for a fault.

    STANDBY: what the standby is to be, as JSON. client: for tests.
    """
    settings = StandbySettings.from_json(os.environ["STANDBY"])
    client = client or _client
    standby = Standby(settings, client)
    wrong = [one for check in CHECKS for one in check(standby) if one.status.counts]
    for one in wrong:
        print(f"{one.what}: {one.status.value}: {one.said}")
    metrics = Metrics(client("cloudwatch"), deployment=settings.deployment)
    metrics.publish(**{FAULTS_METRIC: len(wrong)})
    return list(dict.fromkeys(one.what for one in wrong))


def _client(service: str) -> Any:
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    return Bounded(create(service, config=CLIENT_TIMEOUTS), CALL_SECONDS)
