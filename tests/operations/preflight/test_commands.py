"""`failover preflight` and its exit code."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from environments import Environment
from operations.checks import Check, Status
from operations.preflight.account import Account
from operations.preflight.commands import CHECKS, preflight
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError
from tests.operations.preflight.checking import (
    MISSING,
    READY,
    UNKNOWN,
    nobody,
    servers,
)

pytestmark = pytest.mark.slow


def unreachable(service: str, region: str) -> Any:
    raise EndpointConnectionError(endpoint_url=f"https://{service}.{region}.amazonaws.com")


def test_without_aws_nothing_is_ready(environment: Environment) -> None:
    failover = environment.model_copy()
    account = Account(failover, client=unreachable, resolve=nobody)
    findings = [finding for check in CHECKS for finding in check(account)]
    assert {finding.status for finding in findings} == {UNKNOWN}
    # Of a database and of a zone in another account, neither of which this deployment has.
    others = {"database", "secret", "zone's role"}
    assert {finding.what for finding in findings} == {
        check.name for check in CHECKS if check.name not in others
    }


def shown(account: Account, *checks: Check) -> str:
    console = Console(file=io.StringIO(), width=300)
    preflight(account, console, checks or CHECKS)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_account_that_has_everything_is_ready(
    aws: EmbeddedAws, environment: Environment
) -> None:
    own = servers(aws, environment)
    account = Account(
        environment, client=aws.client, resolve=lambda _, kind: own if kind == "NS" else []
    )
    assert "ready for the first apply" in shown(account)


@pytest.mark.parametrize("status", [MISSING, UNKNOWN])
def test_what_is_missing_or_not_checked_is_not_ready(
    aws: EmbeddedAws, environment: Environment, status: Status
) -> None:
    def check(_: Account) -> Iterator[tuple[Status, str]]:
        yield READY, "[red]as it is[/]"
        yield status, "that"

    with pytest.raises(OperationError, match=f"1 {status.value}"):
        shown(Account(environment, client=aws.client), Check("it", check))
