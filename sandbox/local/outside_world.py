"""Resources that a deployment expects to find in its account because others own them."""

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from environments import ROLES, Environment
from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError


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
    """Creates only the hosted zone, with the ID from the file, unless it exists."""
    dns = environment.dns
    route53 = aws.client("route53", GLOBAL_REGION)
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
        aws.choose_zone_id(dns.zone, dns.zone_id)
    route53.create_hosted_zone(Name=dns.zone, CallerReference=environment.name)
