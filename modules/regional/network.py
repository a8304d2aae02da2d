"""The VPC: its subnets in each zone, and their routes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from environments import RegionalSettings
from modules.iam import allow, policy
from modules.module import Module
from modules.regional.releases import read_releases
from modules.regional.subnets import Tier, subnet_cidr, subnet_ipv6_cidr
from modules.tables import TableAccess, use_tables
from modules.zones import zone_letter

PROTECTED = TerraformResourceLifecycle(prevent_destroy=True)
ANYWHERE = "0.0.0.0/0"
ANYWHERE_IPV6 = "::/0"
# Amazon Linux 2023's package repositories, and the buckets that the SSM Agent updates from. Each
# region has its own.
# https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
# https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
BUCKETS_OF_AWS = (
    "al2023-repos-{region}-de612dc2",
    "amazon-ssm-{region}",
    "amazon-ssm-packages-{region}",
    "{region}-birdwatcher-prod",
    "aws-ssm-distributor-file-{region}",
    "aws-ssm-document-attachments-{region}",
    "patch-baseline-snapshot-{region}",
)

NatGateways = Literal["none", "single", "per_az"]


@dataclass(frozen=True)
class NetworkAttachment:
    """What the rest of a region needs to know about its network."""

    vpc_id: str
    public_subnet_ids: Sequence[str]
    private_subnet_ids: Sequence[str]
    s3_prefix_list_id: str | None
    """Addresses of S3, which hosts the packages; None if it is unknown how S3 is reached."""
    internet: bool
    """Whether the instances may have a route to the internet."""
    database_subnet_ids: Sequence[str] = ()
    """Empty without a database."""
    dynamodb_prefix_list_id: str | None = None
    """Addresses of DynamoDB; None without tables, or if it is unknown how DynamoDB is reached."""
    balancer_groups: Sequence[str] = ()
    """Security groups for the load balancer besides its own."""
    way_in: Sequence[ITerraformDependable] = ()
    """What must exist before a public load balancer: AWS refuses to create one in a VPC without an
    internet gateway, and to detach the gateway while the load balancer has public addresses."""
    way_out: Sequence[ITerraformDependable] = ()
    """What must exist before instances can install anything."""


class Network(Module):
    """A VPC across the listed zones.

    NAT gateways: with `none`, instances only reach the S3 gateway endpoint, behind which Amazon
    Linux 2023 keeps its package repositories
    (https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html); `single` shares
    one NAT gateway, and the fate of its zone; `per_az` has one in each zone.

    Args:
        name: Name of the VPC, and start of the names of what is in it.
        settings: The region, its zones, the VPC's cidr, and the NAT gateways.
        deletion_protection: Whether Terraform refuses to destroy the VPC.
        releases_bucket: Bucket that the instances fetch their release from; None for none.
        database: Whether there is a database, which gets subnets of its own. They have no route
            out of the VPC.
        tables: Tables that the instances use; None for none.

    Raises:
        ValueError: If the settings have no cidr.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        settings: RegionalSettings,
        deletion_protection: bool,
        releases_bucket: str | None = None,
        database: bool = False,
        tables: TableAccess | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._releases_bucket = releases_bucket
        if settings.cidr is None:
            raise ValueError("a network of one's own needs a cidr")
        self._name = name
        self._cidr = settings.cidr
        zones = settings.zones
        vpc = self._vpc(protected=deletion_protection)
        self._vpc_id = vpc.id
        self._ipv6_cidr = vpc.ipv6_cidr_block
        self._close_default_security_group()
        public = {zone: self._subnet(Tier.PUBLIC, zone) for zone in zones}
        private = {zone: self._subnet(Tier.PRIVATE, zone) for zone in zones}
        databases = [self._subnet(Tier.DATABASE, zone) for zone in zones if database]
        gateway = InternetGateway(
            self, "internet_gateway", vpc_id=self._vpc_id, tags={"Name": name}
        )
        self._way_out: list[ITerraformDependable] = []
        public_table = self._public_routes(public, gateway.id)
        nat = self._nat_gateways(settings.nat_gateways, public, gateway)
        private_tables = [self._private_routes(zone, private[zone], nat) for zone in zones]
        endpoint = self._s3_endpoint(settings.region, [public_table, *private_tables])
        dynamodb = self._dynamodb_endpoint(tables, private_tables) if tables else None
        self.attachment = NetworkAttachment(
            vpc_id=self._vpc_id,
            public_subnet_ids=list(public.values()),
            private_subnet_ids=list(private.values()),
            database_subnet_ids=databases,
            s3_prefix_list_id=endpoint.prefix_list_id,
            internet=bool(nat),
            dynamodb_prefix_list_id=dynamodb.prefix_list_id if dynamodb else None,
            way_in=(gateway,),
            way_out=(endpoint, *([dynamodb] if dynamodb else []), *self._way_out),
        )

    def _vpc(self, *, protected: bool) -> Vpc:
        return Vpc(
            self,
            "vpc",
            cidr_block=self._cidr,
            assign_generated_ipv6_cidr_block=True,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": self._name},
            # Changing `cidr` replaces the VPC, but AWS cannot move a load balancer to another one.
            # This refuses it at plan time; otherwise Terraform would stop half-way through the
            # apply.
            lifecycle=PROTECTED if protected else None,
        )

    def _close_default_security_group(self) -> None:
        """Every VPC has this group, and it cannot be deleted. Empty lists, unlike omitted ones,
        also remove rules that somebody adds by hand."""
        DefaultSecurityGroup(
            self,
            "default_security_group",
            vpc_id=self._vpc_id,
            ingress=[],
            egress=[],
            tags={"Name": f"{self._name}-closed"},
        )

    def _s3_endpoint(self, region: str, route_tables: Sequence[str]) -> VpcEndpoint:
        return VpcEndpoint(
            self,
            "s3_endpoint",
            vpc_id=self._vpc_id,
            service_name=f"com.amazonaws.{region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(route_tables),
            policy=_downloads_alone(region, self._releases_bucket),
            tags={"Name": f"{self._name}-s3"},
        )

    def _dynamodb_endpoint(self, tables: TableAccess, route_tables: Sequence[str]) -> VpcEndpoint:
        """Lets the instances reach their tables, and no other, without the internet."""
        return VpcEndpoint(
            self,
            "dynamodb_endpoint",
            vpc_id=self._vpc_id,
            service_name=f"com.amazonaws.{tables.region}.dynamodb",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(route_tables),
            policy=policy(*use_tables(tables, to="*")),
            tags={"Name": f"{self._name}-dynamodb"},
        )

    def _subnet(self, tier: Tier, zone: str) -> str:
        """A subnet's ID. Only the load balancer's subnets have IPv6: instances neither need it nor
        have a route for it."""
        kind, letter = tier.name.lower(), zone_letter(zone)
        ipv6 = subnet_ipv6_cidr(self._ipv6_cidr, tier, zone) if tier is Tier.PUBLIC else None
        return Subnet(
            self,
            f"{kind}_subnet_{letter}",
            vpc_id=self._vpc_id,
            availability_zone=zone,
            cidr_block=subnet_cidr(self._cidr, tier, zone),
            ipv6_cidr_block=ipv6,
            map_public_ip_on_launch=False,
            tags={"Name": f"{self._name}-{kind}-{letter}"},
        ).id

    def _public_routes(self, subnets: dict[str, str], gateway_id: str) -> str:
        """The ID of the public subnets' route table."""
        table = RouteTable(
            self,
            "public_route_table",
            vpc_id=self._vpc_id,
            tags={"Name": f"{self._name}-public"},
        ).id
        Route(
            self,
            "public_default_route",
            route_table_id=table,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway_id,
        )
        Route(
            self,
            "public_default_route_ipv6",
            route_table_id=table,
            destination_ipv6_cidr_block=ANYWHERE_IPV6,
            gateway_id=gateway_id,
        )
        for zone, subnet in subnets.items():
            RouteTableAssociation(
                self,
                f"public_route_table_association_{zone_letter(zone)}",
                route_table_id=table,
                subnet_id=subnet,
            )
        return table

    def _nat_gateways(
        self, mode: NatGateways, public: dict[str, str], gateway: InternetGateway
    ) -> dict[str, str]:
        """The ID of the NAT gateway that each zone routes to; empty if there are none."""
        if mode == "none":
            return {}
        zones = list(public)
        homes = zones if mode == "per_az" else zones[:1]
        gateways: dict[str, str] = {}
        for zone in homes:
            letter = zone_letter(zone)
            tags = {"Name": f"{self._name}-nat-{letter}"}
            address = Eip(
                self, f"nat_address_{letter}", domain="vpc", tags=tags, depends_on=[gateway]
            )
            gateways[zone] = NatGateway(
                self,
                f"nat_gateway_{letter}",
                allocation_id=address.id,
                subnet_id=public[zone],
                tags=tags,
                depends_on=[gateway],
            ).id
        return {zone: gateways.get(zone, gateways[homes[0]]) for zone in zones}

    def _private_routes(self, zone: str, subnet: str, nat: dict[str, str]) -> str:
        """The ID of the zone's own route table. With one per zone, `single` and `per_az` differ in
        one route only."""
        letter = zone_letter(zone)
        table = RouteTable(
            self,
            f"private_route_table_{letter}",
            vpc_id=self._vpc_id,
            tags={"Name": f"{self._name}-private-{letter}"},
        ).id
        association = RouteTableAssociation(
            self,
            f"private_route_table_association_{letter}",
            route_table_id=table,
            subnet_id=subnet,
        )
        self._way_out.append(association)
        if zone in nat:
            route = Route(
                self,
                f"private_default_route_{letter}",
                route_table_id=table,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nat[zone],
            )
            self._way_out.append(route)
        return table


def _downloads_alone(region: str, releases_bucket: str | None) -> str:
    """Allows downloads of packages and releases only, whatever the instances' own permissions: all
    of the region's S3 is reached through this endpoint, even if there are NAT gateways."""
    buckets = (bucket.format(region=region) for bucket in BUCKETS_OF_AWS)
    return policy(
        *(allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*", to="*") for bucket in buckets),
        *(read_releases(releases_bucket, to="*") if releases_bucket else []),
    )
