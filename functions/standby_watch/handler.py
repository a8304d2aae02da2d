"""Lambda's entry point, once a minute: looks at the standby and publishes metrics for alarms."""

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
from functions.failover_control.lost_writes import keep_lost_writes
from functions.failover_control.metrics import RELEASES_METRIC, STANDBY_METRIC, Metrics
from functions.standby_watch.releases import differ

CLIENT_TIMEOUTS = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
# Seconds: for one of the load balancer's addresses, of which it has one per zone; for all of them;
# and for a call to CloudWatch.
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
    """Publishes whether the standby is there, and returns it. Publishes nothing if it cannot know,
    as before the standby's first deployment. Once it has published anything, an alarm reports
    silence. Likewise whether the two regions have different releases, if they have any. Last, keeps
    what a failover of the database gave up, if this region was the writer.

    STANDBY_HEALTH_NAME: the name under which Route 53 publishes whether it serves. STANDBY_URL, if
    that is not set: the URL that must answer, even if only with an error. lookup, ask: for tests.
    """
    if name := os.environ.get("STANDBY_HEALTH_NAME"):
        there = {Health.HEALTHY: True, Health.UNHEALTHY: False}.get(health(name, lookup))
    else:
        there = (ask or answers)(os.environ["STANDBY_URL"])
    if there is not True:
        print(f"the standby is there: {there}")
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]

    def s3(region: str) -> Bounded:
        return Bounded(create("s3", region_name=region, config=CLIENT_TIMEOUTS), CALL_SECONDS)

    cloudwatch = Bounded(create("cloudwatch", config=CLIENT_TIMEOUTS), CALL_SECONDS)
    metrics = Metrics(cloudwatch, deployment=os.environ["DEPLOYMENT"])
    metrics.publish(**{STANDBY_METRIC: there, RELEASES_METRIC: differ(s3)})
    if cluster := os.environ.get("DATABASE_CLUSTER"):
        rds = Bounded(create("rds", config=CLIENT_TIMEOUTS), CALL_SECONDS)
        for copy in keep_lost_writes(rds, cluster):
            print(f"lost writes are kept in {copy}")
    return there


def answers(url: str) -> bool | None:
    """Whether anything answers over HTTP in time, with any status; None if the name does not
    resolve."""
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
