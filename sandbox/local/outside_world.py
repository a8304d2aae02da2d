"""Resources that a deployment expects to find in its account because others own them."""

import json
from pathlib import Path

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from environments import ROLES, Environment
from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from terminal.errors import OperationError

# What a role in the zone's account must allow.
ZONE_POLICY = Path(__file__).parents[2] / "docs" / "permissions" / "zone" / "zone.json"


def create_outside_world(environment: Environment, aws: EmbeddedAws) -> None:
    """Creates the hosted zone, with the ID from the file, unless it exists.

    Raises OperationError if that fails, or if the file names an existing network: the embedded AWS
    assigns its own network IDs.
    """
    for role in ROLES:
        if environment.regional(role).existing_network is not None:
            raise OperationError(
                f"{role}.existing_network refers to a real account's resources, which the embedded"
                " AWS does not have: give that region a `cidr` in a copy of the file"
            )
    try:
        create_hosted_zone(environment, aws)
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"the hosted zone cannot be created: {error}") from None


def create_hosted_zone(environment: Environment, aws: EmbeddedAws) -> None:
    """Creates only the hosted zone, with the ID from the file, unless it exists; in another
    account, with the role for its records."""
    dns = environment.dns
    there = aws.in_account(dns.zone_account) if dns.zone_account else aws
    route53 = there.client("route53", GLOBAL_REGION)
    zones = route53.list_hosted_zones_by_name(DNSName=dns.zone)["HostedZones"]
    for zone in zones:
        if zone["Name"] == f"{dns.zone}.":
            if dns.zone_id not in {None, zone["Id"].removeprefix("/hostedzone/")}:
                raise OperationError(
                    f"{dns.zone} exists with an ID other than dns.zone_id: start over with"
                    " `failover local down`"
                )
            return
    if dns.zone_id is not None:
        aws.choose_zone_id(dns.zone, dns.zone_id, dns.zone_account)
    route53.create_hosted_zone(Name=dns.zone, CallerReference=environment.name)
    if dns.role_arn is not None:
        _create_zone_role(dns.role_arn, there)


def _create_zone_role(arn: str, aws: EmbeddedAws) -> None:
    """As docs/permissions.md asks of the zone's owner."""
    iam = aws.client("iam", GLOBAL_REGION)
    *path, name = arn.partition(":role/")[2].split("/")
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    }
    iam.create_role(
        RoleName=name,
        Path="/".join(["", *path, ""]),
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    iam.put_role_policy(RoleName=name, PolicyName="records", PolicyDocument=ZONE_POLICY.read_text())
