"""Assembles one region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cdktf import ITerraformDependable, TerraformProvider
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from environments import Firewall, RegionalSettings
from modules.account import account_id
from modules.certificates import RegionalCertificate
from modules.data import Database, Placement, new_database, read_secret
from modules.database_settings import DatabaseSettings
from modules.hosted_zone import HostedZone
from modules.iam import policy
from modules.module import Module
from modules.ports import HTTP, HTTPS
from modules.recovery_time import until_served
from modules.regional.alarms import WatchedRegion
from modules.regional.firewall import WebAcl
from modules.regional.instance_profile import InstanceProfile
from modules.regional.interface_endpoints import (
    SECRETS_MANAGER,
    SESSION_MANAGER,
    InterfaceEndpoints,
)
from modules.regional.load_balancer import LoadBalancer
from modules.regional.logs import FlowLogs, LogBucket, LogSettings
from modules.regional.network import Network, NetworkAttachment
from modules.regional.releases import ReleasesBucket, ReleasesSettings, read_releases
from modules.regional.security_groups import SecurityGroups
from modules.regional.web_tier import WebTier
from modules.tables import TableAccess, use_key, use_tables
from modules.user_data import Workload

NO_TAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class RegionalDns:
    """DNS names of one region's load balancer."""

    names: Sequence[str]
    """The names that users open, the domain first."""
    regional_name: str
    """The region's own name, an alias of the load balancer."""
    zone: HostedZone
    """Which has all these names."""


class Regional(Module):
    """Network, security groups, load balancer, firewall, web tier, logs and the region's own DNS
    name.

    Args:
        name: Start of the names that the settings do not define; unique across regions.
        settings: The region, its network, and its instances.
        workload: What the instances run.
        dns: The names that lead to it.
        logs: Where its logs are, and how long they are kept.
        firewall: Which rules block, and which count.
        releases: Where its releases are; None if its instances run none.
        database: Its database; None for none.
        tables: The tables that its instances use; None if there are none.
        closable: Whether a drill may take the load balancer out of users' reach.
        tls: Whether users connect over HTTPS.
        deletion_protection: Whether the load balancer and the network are protected.
        tags: For the instances and volumes, which the provider's default tags do not reach.
        provider: Provider for the region; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        settings: RegionalSettings,
        workload: Workload,
        dns: RegionalDns,
        logs: LogSettings,
        firewall: Firewall | None = None,
        releases: ReleasesSettings | None = None,
        database: DatabaseSettings | None = None,
        tables: TableAccess | None = None,
        closable: bool = False,
        tls: bool = True,
        deletion_protection: bool = True,
        tags: Mapping[str, str] = NO_TAGS,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self._name, self._settings, self._dns = name, settings, dns
        self._workload, self._releases, application = workload, releases, workload.application
        self._database_settings = database
        self._way_to_the_secret: Sequence[ITerraformDependable] = ()
        self._tables = tables
        network = self._network(protected=deletion_protection)
        bucket = LogBucket(self, "logs", settings=logs, region=settings.region)
        if settings.existing_network is None:
            FlowLogs(self, "flow_logs", name=name, vpc_id=network.vpc_id, logs=bucket)
        groups = self._security_groups(network, tls=tls)
        certificate_arn = self._certificate() if tls else None
        balancer = LoadBalancer(
            self,
            "load_balancer",
            settings=settings,
            network=network,
            security_group_id=groups.load_balancer_id,
            application=application,
            certificate_arn=certificate_arn,
            deletion_protection=deletion_protection,
            logs=bucket,
        )
        acl = self._web_acl(firewall or Firewall(), balancer, logs)
        if closable:
            groups.for_drill(application.port)
        self.releases = ReleasesBucket(self, "releases", settings=releases) if releases else None
        """None if the instances run no releases."""
        self.database = self._database(network, groups, logs)
        """None if the application has none."""
        web = self._web_tier(network, groups, balancer, tags)
        self._regional_names(balancer)
        self.vpc_id = network.vpc_id
        self.public_subnet_ids = network.public_subnet_ids
        self.load_balancer_arn = balancer.arn
        self.load_balancer_dns_name = balancer.dns_name
        self.auto_scaling_group = web.auto_scaling_group
        self.watched = self._watched(balancer, acl, certificate_arn)

    @property
    def auto_scaling_group_name(self) -> str:
        return self.auto_scaling_group.name

    def _web_acl(self, firewall: Firewall, balancer: LoadBalancer, logs: LogSettings) -> WebAcl:
        return WebAcl(
            self,
            "web_acl",
            name=self._name,
            region=self._settings.region,
            settings=firewall,
            load_balancer_arn=balancer.arn,
            application=self._workload.application,
            logs=logs,
        )

    def _watched(
        self, balancer: LoadBalancer, acl: WebAcl, certificate_arn: str | None
    ) -> WatchedRegion:
        return WatchedRegion(
            load_balancer=balancer.arn_suffix,
            target_group=balancer.target_group_arn_suffix,
            firewall=acl.name,
            certificate_arn=certificate_arn,
            min_size=self._settings.capacity.min,
            boot=until_served(self._workload.application),
        )

    def _network(self, *, protected: bool) -> NetworkAttachment:
        """A new VPC, or the existing one that the settings name."""
        existing = self._settings.existing_network
        if existing is not None:
            return NetworkAttachment(
                vpc_id=existing.vpc_id,
                public_subnet_ids=existing.public_subnets,
                private_subnet_ids=existing.private_subnets,
                database_subnet_ids=existing.private_subnets,
                s3_prefix_list_id=None,
                internet=True,
                balancer_groups=existing.load_balancer_security_groups,
            )
        return Network(
            self,
            "network",
            name=self._name,
            settings=self._settings,
            deletion_protection=protected,
            releases_bucket=self._releases.bucket if self._releases else None,
            database=self._database_settings is not None,
            tables=self._tables,
        ).attachment

    def _security_groups(self, network: NetworkAttachment, *, tls: bool) -> SecurityGroups:
        """The groups, and the endpoints of Session Manager if the settings ask for them."""
        groups = SecurityGroups(
            self,
            "security_groups",
            name=self._name,
            network=network,
            user_ports=(HTTP, HTTPS) if tls else (HTTP,),
            application_port=self._workload.application.port,
            ipv6=self._settings.ipv6,
        )
        services = self._endpoints(network)
        if services:
            endpoints = InterfaceEndpoints(
                self,
                "interface_endpoints",
                name=self._name,
                region=self._settings.region,
                network=network,
                security_group_id=groups.for_endpoints(),
                services=services,
            )
            if self._database_settings is not None:
                self._way_to_the_secret = endpoints.all
        return groups

    def _endpoints(self, network: NetworkAttachment) -> dict[str, str | None]:
        """The services that instances need an interface endpoint for, and its policy. In an
        existing network, the way to Secrets Manager is its owner's matter."""
        services: dict[str, str | None] = {}
        if self._settings.session_manager_endpoints:
            services |= dict.fromkeys(SESSION_MANAGER)
        database = self._database_settings
        if database is not None and not network.internet:
            services[SECRETS_MANAGER] = policy(read_secret(database.secret, to="*"))
        return services

    def _database(
        self, network: NetworkAttachment, groups: SecurityGroups, logs: LogSettings
    ) -> Database | None:
        settings = self._database_settings
        if settings is None:
            return None
        return new_database(
            self,
            "database",
            settings=settings,
            placement=Placement(
                region=self._settings.region,
                account_id=account_id(self),
                subnet_ids=network.database_subnet_ids,
                security_group_id=groups.for_database(settings.kind.port),
                log_days=logs.days,
                log_key_arn=logs.key_arn,
            ),
        )

    def _certificate(self) -> str:
        dns = self._dns
        return RegionalCertificate(
            self,
            "regional_certificate",
            names=dns.names,
            regional_name=dns.regional_name,
            zone=dns.zone,
        ).arn

    def _web_tier(
        self,
        network: NetworkAttachment,
        groups: SecurityGroups,
        balancer: LoadBalancer,
        tags: Mapping[str, str],
    ) -> WebTier:
        releases, database, tables = self._releases, self.database, self._tables
        uses = {"the current release": releases, "the database": database, "the tables": tables}
        profile = InstanceProfile(
            self,
            "instance_profile",
            name=self._name,
            statements=[
                *(read_releases(releases.bucket) if releases else ()),
                *(database.access() if database else ()),
                *([*use_tables(tables), *use_key(tables)] if tables else ()),
            ],
            uses=[what for what, given in uses.items() if given],
        )
        return WebTier(
            self,
            "web_tier",
            name=f"{self._name}-web",
            settings=self._settings,
            workload=self._workload,
            subnet_ids=network.private_subnet_ids,
            security_group_id=groups.instances_id,
            instance_profile_arn=profile.arn,
            target_group_arn=balancer.target_group_arn,
            tags=tags,
            known_later=database.hosts if database else {},
            depends_on=[
                balancer.forwarding,
                *network.way_out,
                *groups.instances_out,
                *(database.ready if database else ()),
                *self._way_to_the_secret,
            ],
        )

    def _regional_names(self, balancer: LoadBalancer) -> None:
        """These records are unhealthy while the load balancer has no healthy target, and so are the
        failover records that point to them."""
        ids = {"regional_name": "A"}
        if self._settings.ipv6:
            ids["regional_name_ipv6"] = "AAAA"
        for logical_id, kind in ids.items():
            Route53Record(
                self,
                logical_id,
                provider=self._dns.zone.provider,
                zone_id=self._dns.zone.id,
                name=self._dns.regional_name,
                type=kind,
                alias=Route53RecordAlias(
                    name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True
                ),
            )
