"""The Application Load Balancer, its target group and its listeners."""

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs, LbConnectionLogs
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionRedirect,
)
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from environments import Application, RegionalSettings
from modules.module import Module
from modules.ports import HTTP, HTTPS
from modules.regional.logs import ACCESS, CONNECTIONS, LogBucket
from modules.regional.network import PROTECTED, NetworkAttachment
from modules.timing import PROBE_INTERVAL, PROBE_TIMEOUT, PROBES_TO_FAIL, PROBES_TO_RECOVER

# Seconds that a deregistering instance has to finish open requests.
DEREGISTRATION_DELAY = 30
# Seconds that a connection may be idle; Apache's own limit is longer, see `modules.user_data`.
IDLE_TIMEOUT = 60
# Seconds that a client may reuse a connection: the least that AWS allows; its default is an hour.
# DNS cannot move a client with an open connection, which prolongs the outage if the application
# behind it is dead.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
CLIENT_KEEP_ALIVE = 60
# AWS's recommendation: TLS 1.3 and 1.2, forward secrecy, and post-quantum key exchange for clients
# that support it. Not TLS 1.3 alone: Route 53's checkers are only documented to speak up to 1.2.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


class LoadBalancer(Module):
    """A public load balancer across all zones, which forwards HTTP to the healthy instances.

    Args:
        settings: Names of the load balancer and the target group, whether to add IPv6 addresses to
            the IPv4 ones, and whether it takes zonal shifts.
        network: Network it is in.
        security_group_id: Its own group, besides those of `network`.
        application: The port that the instances serve on, and the path by which they say that they
            can serve.
        certificate_arn: Certificate to serve HTTPS with; HTTP then only redirects. None for HTTP
            only.
        deletion_protection: Whether AWS and Terraform refuse to destroy it.
        logs: Bucket for the logs of each request and of each connection, with its TLS handshake.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: RegionalSettings,
        network: NetworkAttachment,
        security_group_id: str,
        application: Application,
        certificate_arn: str | None,
        deletion_protection: bool,
        logs: LogBucket,
    ) -> None:
        super().__init__(scope, id)
        self._name = name = settings.load_balancer
        self._certificate_arn = certificate_arn
        balancer = Lb(
            self,
            "load_balancer",
            name=name,
            internal=False,
            load_balancer_type="application",
            subnets=list(network.public_subnet_ids),
            security_groups=[security_group_id, *network.balancer_groups],
            ip_address_type="dualstack" if settings.ipv6 else "ipv4",
            enable_cross_zone_load_balancing=True,
            # Turned on beforehand: on the night, only ARC's data plane is needed.
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html
            enable_zonal_shift=settings.zonal_shift,
            enable_deletion_protection=deletion_protection,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            idle_timeout=IDLE_TIMEOUT,
            client_keep_alive=CLIENT_KEEP_ALIVE,
            access_logs=LbAccessLogs(bucket=logs.name, prefix=ACCESS, enabled=True),
            connection_logs=LbConnectionLogs(bucket=logs.name, prefix=CONNECTIONS, enabled=True),
            tags={"Name": name},
            # AWS alone would only refuse once everything around the load balancer is destroyed.
            lifecycle=PROTECTED if deletion_protection else None,
            # It writes a test object to the bucket when logging is turned on.
            depends_on=[*network.way_in, logs.policy],
        )
        self.arn = balancer.arn
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        target_group = self._target_group(settings.target_group, network.vpc_id, application)
        self.target_group_arn = target_group.arn
        # Dimensions of their metrics.
        self.arn_suffix = balancer.arn_suffix
        self.target_group_arn_suffix = target_group.arn_suffix
        self.forwarding = self._listeners()
        """The listener that forwards users to the target group. Until it exists, AWS considers
        every target `unused`, and none ever becomes healthy:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        """

    def _target_group(self, name: str, vpc_id: str, application: Application) -> LbTargetGroup:
        return LbTargetGroup(
            self,
            "target_group",
            name=name,
            vpc_id=vpc_id,
            port=application.port,
            protocol="HTTP",
            target_type="instance",
            deregistration_delay=str(DEREGISTRATION_DELAY),
            load_balancing_cross_zone_enabled="true",
            health_check=_health_check(application.instance_path),
            tags={"Name": name},
            # A target group cannot be deleted while a listener uses it.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _listeners(self) -> LbListener:
        """Adds the listeners; returns the one that forwards."""
        forward = LbListenerDefaultAction(type="forward", target_group_arn=self.target_group_arn)
        if self._certificate_arn is None:
            return self._listener("http", HTTP, forward)
        https = self._listener(
            "https",
            HTTPS,
            forward,
            certificate_arn=self._certificate_arn,
            ssl_policy=TLS_POLICY,
        )
        to_https = LbListenerDefaultActionRedirect(
            protocol="HTTPS", port=str(HTTPS), status_code="HTTP_301"
        )
        redirect = LbListenerDefaultAction(type="redirect", redirect=to_https)
        # No redirect to HTTPS before it works.
        self._listener("http", HTTP, redirect, depends_on=[https])
        return https

    def _listener(
        self, protocol: str, port: int, action: LbListenerDefaultAction, **further: Any
    ) -> LbListener:
        return LbListener(
            self,
            f"{protocol}_listener",
            load_balancer_arn=self.arn,
            port=port,
            protocol=protocol.upper(),
            default_action=[action],
            tags={"Name": f"{self._name}-{protocol}"},
            **further,
        )


def _health_check(path: str) -> LbTargetGroupHealthCheck:
    return LbTargetGroupHealthCheck(
        enabled=True,
        protocol="HTTP",
        port="traffic-port",
        path=path,
        matcher="200",
        interval=PROBE_INTERVAL,
        timeout=PROBE_TIMEOUT,
        unhealthy_threshold=PROBES_TO_FAIL,
        healthy_threshold=PROBES_TO_RECOVER,
    )
