"""The web application in one region. It does not know which role the region plays."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from environments import Firewall, RegionalSettings
from modules.certificates import RegionalCertificate
from modules.ports import HTTP, HTTPS
from modules.regional.alarms import RegionalAlarms, Watched
from modules.regional.firewall import WebAcl
from modules.regional.instance_profile import InstanceProfile
from modules.regional.load_balancer import LoadBalancer
from modules.regional.logs import FlowLogs, LogBucket, LogSettings
from modules.regional.network import Network, NetworkAttachment
from modules.regional.security_groups import SecurityGroups
from modules.regional.session_manager import SessionManagerEndpoints
from modules.regional.web_tier import WebTier


class Regional:
    """Network, security groups, load balancer, firewall, web tier, logs and the region's own DNS
    name.

    name: starts the names of what the settings do not name; unique among regions.
    domain: the name that users open. dns_name: the region's own, an alias of the load balancer.
    tls: whether users come by HTTPS. deletion_protection: of the load balancer
    and the network.
    health_check_path: what the target group asks the instances for.
    tags: for the instances and volumes, which the provider's default tags do not reach.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        settings: RegionalSettings,
        domain: str,
        dns_name: str,
        zone_id: str,
        health_check_path: str,
        tls: bool,
        deletion_protection: bool,
        firewall: Firewall,
        logs: LogSettings,
        tags: Mapping[str, str],
    ) -> None:
        network = _network(scope, name, settings, deletion_protection=deletion_protection)
        bucket = LogBucket(scope, settings=logs, region=settings.region)
        if settings.existing_network is None:
            FlowLogs(scope, name=name, vpc_id=network.vpc_id, logs=bucket)
        security_groups = SecurityGroups(
            scope,
            name=name,
            vpc_id=network.vpc_id,
            s3_prefix_list_id=network.s3_prefix_list_id,
            internet=network.internet,
            user_ports=(HTTP, HTTPS) if tls else (HTTP,),
            ipv6=settings.ipv6,
        )
        if settings.session_manager_endpoints:
            SessionManagerEndpoints(
                scope,
                name=name,
                region=settings.region,
                vpc_id=network.vpc_id,
                subnet_ids=network.private_subnet_ids,
                security_group_id=security_groups.for_endpoints(),
            )
        certificate = (
            RegionalCertificate(scope, domain=domain, regional_name=dns_name, zone_id=zone_id)
            if tls
            else None
        )
        balancer = LoadBalancer(
            scope,
            name=settings.load_balancer,
            target_group_name=settings.target_group,
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            security_group_ids=[security_groups.load_balancer_id, *network.balancer_groups],
            start_after=network.way_in,
            health_check_path=health_check_path,
            certificate_arn=certificate.arn if certificate else None,
            ipv6=settings.ipv6,
            deletion_protection=deletion_protection,
            logs=bucket,
        )
        acl = WebAcl(
            scope,
            name=name,
            region=settings.region,
            settings=firewall,
            load_balancer_arn=balancer.arn,
            health_check_path=health_check_path,
            log_days=logs.days,
            key_arn=logs.key_arn,
        )
        web = WebTier(
            scope,
            name=f"{name}-web",
            launch_template_name=settings.launch_template,
            auto_scaling_group_name=settings.auto_scaling_group,
            instance_type=settings.instance_type,
            ami=settings.ami,
            instance_profile_arn=InstanceProfile(scope, name=name).arn,
            security_group_id=security_groups.instances_id,
            subnet_ids=network.private_subnet_ids,
            target_group_arn=balancer.target_group_arn,
            min_size=settings.capacity.min,
            desired_size=settings.capacity.desired,
            max_size=settings.capacity.max,
            target_cpu_percent=settings.target_cpu_percent,
            page=settings.page,
            tags=tags,
            start_after=[
                balancer.forwarding,
                *network.way_out,
                *security_groups.instances_out,
            ],
        )
        for kind in ("A", "AAAA") if settings.ipv6 else ("A",):
            _regional_name(scope, kind, dns_name, zone_id, balancer)
        self.vpc_id = network.vpc_id
        self.load_balancer_dns_name = balancer.dns_name
        self.auto_scaling_group_name = web.auto_scaling_group_name
        self.auto_scaling_group = web.auto_scaling_group
        self.watched = Watched(
            load_balancer=balancer.arn_suffix,
            target_group=balancer.target_group_arn_suffix,
            firewall=acl.name,
            certificate_arn=certificate.arn if certificate else None,
            min_size=settings.capacity.min,
        )


def _regional_name(
    scope: Construct, kind: str, name: str, zone_id: str, balancer: LoadBalancer
) -> None:
    """Unhealthy when the load balancer has no healthy target, which the failover records on top of
    this name then see as well."""
    Route53Record(
        scope,
        "regional_name" if kind == "A" else "regional_name_ipv6",
        zone_id=zone_id,
        name=name,
        type=kind,
        alias=Route53RecordAlias(
            name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True
        ),
    )


def _network(
    scope: Construct, name: str, settings: RegionalSettings, *, deletion_protection: bool
) -> NetworkAttachment:
    """A VPC of the region's own, or the one that the settings name."""
    existing = settings.existing_network
    if existing is not None:
        return NetworkAttachment(
            vpc_id=existing.vpc_id,
            public_subnet_ids=existing.public_subnets,
            private_subnet_ids=existing.private_subnets,
            s3_prefix_list_id=None,
            internet=True,
            balancer_groups=existing.load_balancer_security_groups,
        )
    if settings.cidr is None:
        raise ValueError("settings with neither cidr nor existing_network were not checked")
    return Network(
        scope,
        name=name,
        region=settings.region,
        zones=settings.zones,
        cidr=settings.cidr,
        nat_gateways=settings.nat_gateways,
        deletion_protection=deletion_protection,
    ).attachment


__all__ = ["LogSettings", "Regional", "RegionalAlarms"]
