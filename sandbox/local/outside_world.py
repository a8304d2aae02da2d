"""What a deployment finds in its AWS account: things that others own."""

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from environments import ROLES, Environment
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError


def create_outside_world(environment: Environment, aws: EmbeddedAws) -> None:
    """Creates the hosted zone, with the ID that the file gives it, unless it is there.

    Raises OperationError where that cannot be, or where the file names a network that exists: the
    embedded AWS gives networks numbers of its own.
    """
    for role in ROLES:
        if environment.regional(role).existing_network is not None:
            raise OperationError(
                f"{role}.existing_network names things of a real account, which the embedded AWS"
                " lacks: give that region a `cidr` in a copy of the file"
            )
    try:
        create_hosted_zone(environment, aws)
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"the hosted zone cannot be created: {error}") from None


def create_hosted_zone(environment: Environment, aws: EmbeddedAws) -> None:
    """The hosted zone alone, with the ID that the file gives it, unless it is there."""
    dns = environment.dns
    route53 = aws.client("route53", "us-east-1")
    zones = route53.list_hosted_zones_by_name(DNSName=dns.zone)["HostedZones"]
    for zone in zones:
        if zone["Name"] == f"{dns.zone}.":
            if dns.zone_id not in {None, zone["Id"].removeprefix("/hostedzone/")}:
                raise OperationError(
                    f"{dns.zone} is there with another ID than dns.zone_id: start anew, with"
                    " `failover local down`"
                )
            return
    if dns.zone_id is not None:
        aws.choose_zone_id(dns.zone, dns.zone_id)
    route53.create_hosted_zone(Name=dns.zone, CallerReference=environment.name)
