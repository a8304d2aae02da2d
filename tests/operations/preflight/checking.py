"""Runs one check on an account, and returns its findings."""

from collections.abc import Callable
from typing import Any

from environments import Dns, Environment
from operations.checks import Check, Status
from operations.preflight.account import Account
from operations.preflight.resolver import Ask
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError

OPT_IN = "eu-south-2"
READY, MISSING, UNKNOWN = Status.READY, Status.MISSING, Status.UNKNOWN


def with_dns(environment: Environment, **changes: Any) -> Environment:
    dns = Dns.model_validate({**environment.dns.model_dump(), **changes})
    return environment.model_copy(update={"dns": dns})


def with_primary(environment: Environment, **changes: Any) -> Environment:
    primary = environment.primary.model_copy(update=changes)
    return environment.model_copy(update={"primary": primary})


def nobody(name: str, kind: str) -> list[str]:
    raise OperationError(f"DNS does not answer here: dig +short {kind} {name}")


def nothing(_name: str, _kind: str) -> list[str]:
    return []


def found(
    check: Callable[[Account], Any],
    environment: Environment,
    client: Callable[[str, str], Any],
    resolve: Ask = nothing,
) -> list[tuple[Status, str]]:
    findings = Check("it", check)(Account(environment, client=client, resolve=resolve))
    return [(finding.status, finding.said) for finding in findings]


def only(
    check: Callable[[Account], Any],
    environment: Environment,
    client: Callable[[str, str], Any],
    resolve: Ask = nothing,
) -> tuple[Status, str]:
    (one,) = found(check, environment, client, resolve)
    return one


def servers(aws: EmbeddedAws, environment: Environment) -> list[str]:
    route53 = aws.client("route53", "us-east-1")
    zone_id = Account(environment, client=aws.client).zone_id
    return route53.get_hosted_zone(Id=zone_id)["DelegationSet"]["NameServers"]
