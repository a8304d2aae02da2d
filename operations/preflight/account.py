"""What the checks ask: one environment, the account of the operator's credentials, and DNS."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from environments import ROLES, Environment
from modules.regions import GLOBAL_REGION
from operations import aws
from operations.preflight.resolver import Ask, resolve
from terminal.errors import OperationError

# The tag on everything a deployment's stacks create; its value is the environment's name.
OWN_TAG = "Deployment"


class Account:
    """An environment, the AWS account it is deployed to, and DNS."""

    def __init__(
        self,
        environment: Environment,
        *,
        client: Callable[[str, str], Any] = aws.client,
        resolve: Ask = resolve,
        assume: Callable[[str, str], Callable[[str, str], Any]] = aws.assumed,
    ) -> None:
        self.environment = environment
        self.client = client
        self._assume = assume
        self.resolve = resolve

    @property
    def regions(self) -> list[str]:
        """Every region in which the stacks create something, the two that serve first."""
        environment = self.environment
        served = [environment.regional(role).region for role in ROLES]
        states = [environment.backend(stack).region for stack in environment.remote_stacks]
        return list(dict.fromkeys([*served, *states, GLOBAL_REGION]))

    @property
    def sts_region(self) -> str:
        """The region whose STS is asked: each answers for itself."""
        return self.environment.primary.region

    @property
    def number(self) -> str:
        """The account's number. Raises boto3's errors if STS cannot be asked."""
        sts = self.client("sts", self.sts_region)
        number: str = sts.get_caller_identity()["Account"]
        return number

    @cached_property
    def route53(self) -> Any:
        """Of the zone's account. Raises boto3's errors if the role there may not be assumed."""
        role, client = self.environment.dns.role_arn, self.client
        if role is not None:
            client = self._assume(role, self.sts_region)
        return client("route53", GLOBAL_REGION)

    @cached_property
    def zones(self) -> list[dict[str, Any]]:
        """The public hosted zones with the environment's zone name, or the one with its zone ID."""
        dns = self.environment.dns
        listed = self.route53.list_hosted_zones_by_name(DNSName=dns.zone)["HostedZones"]
        return [
            zone
            for zone in listed
            if zone["Name"].rstrip(".") == dns.zone
            and not zone.get("Config", {}).get("PrivateZone")
            and dns.zone_id in {None, zone["Id"].removeprefix("/hostedzone/")}
        ]

    @cached_property
    def zone_id(self) -> str:
        """The hosted zone's ID. Raises OperationError unless there is exactly one."""
        if len(self.zones) != 1:
            raise OperationError("there is no single hosted zone to check")
        zone_id: str = self.zones[0]["Id"].removeprefix("/hostedzone/")
        return zone_id

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        pages = self.route53.get_paginator("list_resource_record_sets").paginate(
            HostedZoneId=self.zone_id
        )
        return [record for page in pages for record in page["ResourceRecordSets"]]
