"""What Lambda calls once a minute: a look at the standby, and a metric that an alarm is on."""

import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.bounded import Bounded, TooSlowError, within
from functions.failover_control.endpoint import Health, Lookup, addresses_of, health
from functions.failover_control.metrics import STANDBY_METRIC, Metrics

CLIENT_TIMEOUTS = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
# Seconds: of one of the load balancer's addresses, of which it has one in each zone; of all; and of
# CloudWatch's.
ANSWER_TIMEOUT = 5
ANSWER_SECONDS = 15
CALL_SECONDS = 4

Ask = Callable[[str], bool | None]


def handle(
    _event: Mapping[str, Any],
    _context: object,
    *,
    lookup: Lookup = addresses_of,
    ask: Ask | None = None,
) -> bool | None:
    """Publishes whether the standby is there, and returns it; says nothing of what it cannot know,
    as before the standby's first deployment. An alarm tells of the silence, once there was a word.

    STANDBY_HEALTH_NAME: where Route 53 tells whether it serves. STANDBY_URL, without that: what has
    to answer, if only that nobody serves there. lookup, ask: for tests.
    """
    if name := os.environ.get("STANDBY_HEALTH_NAME"):
        there = {Health.HEALTHY: True, Health.UNHEALTHY: False}.get(health(name, lookup))
    else:
        there = (ask or answers)(os.environ["STANDBY_URL"])
    if there is not True:
        print(f"the standby is there: {there}")
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    cloudwatch = Bounded(create("cloudwatch", config=CLIENT_TIMEOUTS), CALL_SECONDS)
    metrics = Metrics(cloudwatch, deployment=os.environ["DEPLOYMENT"])
    metrics.publish(**{STANDBY_METRIC: there})
    return there


def answers(url: str) -> bool | None:
    """Whether anything answers by HTTP in time, with whatever status; None where the name leads
    nowhere."""
    try:
        return within(ANSWER_SECONDS, lambda: _opens(url), what=url)
    except urllib.error.URLError as error:
        if isinstance(error.reason, socket.gaierror):
            return None
        return isinstance(error.reason, ssl.SSLError)
    except (OSError, HTTPException, TooSlowError):
        return False


def _opens(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_TIMEOUT):  # noqa: S310 - our own URL
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
