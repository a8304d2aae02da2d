"""A load balancer's health check of one target.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
# Seconds between two attempts, whatever the target group's interval.
AGAIN = 0.1
CODES = re.compile(r"(\d{3})(?:-(\d{3}))?")


@dataclass(frozen=True)
class HealthCheck:
    """What a target group asks its targets."""

    path: str
    matcher: str
    """Status codes: 200, 200,202 or 200-299."""
    seconds: float
    """How long an answer may take."""

    def matches(self, status: int) -> bool:
        return any(
            int(first) <= status <= int(last or first)
            for first, last in CODES.findall(self.matcher)
        )


@dataclass(frozen=True)
class Failure:
    """Why a target is unhealthy, in the words of DescribeTargetHealth:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html"""

    reason: str
    description: str


NO_ANSWER = Failure("Target.FailedHealthChecks", "Health checks failed")
TOO_LATE = Failure("Target.Timeout", "Request timed out")


def passes(
    check: HealthCheck, port: int, seconds: float, runs: Callable[[], bool]
) -> Failure | None:
    """Asks until the target passes, for at most so many seconds or until it runs no more. Returns
    how the last check failed; None if it passed."""
    end = time.monotonic() + seconds
    failure: Failure | None = NO_ANSWER
    while runs() and time.monotonic() < end:
        failure = _ask(check, port, min(check.seconds, max(end - time.monotonic(), AGAIN)))
        if failure is None:
            return None
        time.sleep(AGAIN)
    return failure if runs() else NO_ANSWER


def _ask(check: HealthCheck, port: int, seconds: float) -> Failure | None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=seconds)
    try:
        connection.request("GET", check.path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
        status = connection.getresponse().status
    except TimeoutError:
        return TOO_LATE
    except (OSError, http.client.HTTPException):
        return NO_ANSWER
    finally:
        connection.close()
    if check.matches(status):
        return None
    return Failure(
        "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]"
    )
