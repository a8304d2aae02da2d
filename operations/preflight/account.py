"""What is asked: one environment, the account of the operator's credentials, and DNS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from environments import REMOTE_STACKS, ROLES, Environment
from operations import aws
from operations.preflight.resolver import Ask, resolve
from terminal.errors import OperationError

# Whose tag marks what a stack of this deployment made.
OWN_TAG = "Deployment"
MANAGEMENT_REGION = "us-east-1"
"""Where Route 53's and account management's APIs are."""


class Status(Enum):
    """What came of a check."""

    READY = "ready"
    MISSING = "missing"
    """The apply would fail, or leave what does not work."""
    UNKNOWN = "not checked"


@dataclass(frozen=True)
class Outcome:
    """One line of the table."""

    what: str
    status: Status
    said: str
    """What there is; where that is not enough, what to do about it."""


class Account:
    """An environment, the account that it goes to, and DNS."""

    def __init__(
        self,
        environment: Environment,
        *,
        client: Callable[[str, str], Any] = aws.client,
        resolve: Ask = resolve,
    ) -> None:
        self.environment = environment
        self.client = client
        self.resolve = resolve

    @property
    def regions(self) -> list[str]:
        """Every region in which the stacks make something, the two that serve first."""
        environment = self.environment
        served = [environment.regional(role).region for role in ROLES]
        states = [environment.backend(stack).region for stack in REMOTE_STACKS]
        return list(dict.fromkeys([*served, *states, MANAGEMENT_REGION]))

    @cached_property
    def number(self) -> str:
        """The account's number. Raises what boto3 does where it cannot be asked."""
        sts = self.client("sts", self.environment.primary.region)
        number: str = sts.get_caller_identity()["Account"]
        return number

    @cached_property
    def zones(self) -> list[dict[str, Any]]:
        """The public hosted zones of the environment's name, or the one whose ID it has."""
        dns = self.environment.dns
        route53 = self.client("route53", MANAGEMENT_REGION)
        listed = route53.list_hosted_zones_by_name(DNSName=dns.zone)["HostedZones"]
        return [
            zone
            for zone in listed
            if zone["Name"].rstrip(".") == dns.zone
            and not zone.get("Config", {}).get("PrivateZone")
            and dns.zone_id in {None, zone["Id"].removeprefix("/hostedzone/")}
        ]

    @cached_property
    def zone_id(self) -> str:
        """The hosted zone's ID. Raises OperationError where there is not exactly one."""
        if len(self.zones) != 1:
            raise OperationError("there is not one hosted zone to ask")
        zone_id: str = self.zones[0]["Id"].removeprefix("/hostedzone/")
        return zone_id

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """All records of the hosted zone."""
        route53 = self.client("route53", MANAGEMENT_REGION)
        pages = route53.get_paginator("list_resource_record_sets").paginate(
            HostedZoneId=self.zone_id
        )
        return [record for page in pages for record in page["ResourceRecordSets"]]


Found = Iterator[tuple[Status, str]]


@dataclass(frozen=True)
class Check:
    """One thing that an account must have."""

    name: str
    run: Callable[[Account], Found]

    def __call__(self, account: Account) -> list[Outcome]:
        """What it found; that it could not look, where AWS or DNS did not let it."""
        found: list[Outcome] = []
        try:
            for status, said in self.run(account):
                found.append(Outcome(self.name, status, said))
        except (BotoCoreError, ClientError, OperationError) as error:
            found.append(Outcome(self.name, Status.UNKNOWN, f"cannot be checked: {error}"))
        return found
