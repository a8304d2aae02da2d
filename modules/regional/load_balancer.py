"""The Application Load Balancer, its target group and its listener."""

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import LbListener, LbListenerDefaultAction
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from modules.ports import HTTP
from modules.timing import PROBE_INTERVAL, PROBE_TIMEOUT, PROBES_TO_FAIL, PROBES_TO_RECOVER

# Seconds that a leaving instance keeps its open requests.
DEREGISTRATION_DELAY = 30
# Seconds that a connection may be silent; Apache's own limit is longer, see `user_data`.
IDLE_TIMEOUT = 60


class LoadBalancer:
    """A public load balancer over all zones, which sends HTTP to the healthy instances."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        target_group_name: str,
        vpc_id: str,
        subnet_ids: Sequence[str],
        security_group_ids: Sequence[str],
        health_check_path: str,
        start_after: Sequence[ITerraformDependable],
    ) -> None:
        balancer = Lb(
            scope,
            "load_balancer",
            name=name,
            internal=False,
            load_balancer_type="application",
            subnets=list(subnet_ids),
            security_groups=list(security_group_ids),
            enable_cross_zone_load_balancing=True,
            drop_invalid_header_fields=True,
            idle_timeout=IDLE_TIMEOUT,
            tags={"Name": name},
            depends_on=list(start_after),
        )
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.target_group_arn = LbTargetGroup(
            scope,
            "target_group",
            name=target_group_name,
            vpc_id=vpc_id,
            port=HTTP,
            protocol="HTTP",
            target_type="instance",
            deregistration_delay=str(DEREGISTRATION_DELAY),
            load_balancing_cross_zone_enabled="true",
            health_check=_health_check(health_check_path),
            tags={"Name": target_group_name},
            # A listener's target group cannot go before the listener has its successor.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        ).arn
        forward = LbListenerDefaultAction(type="forward", target_group_arn=self.target_group_arn)
        LbListener(
            scope,
            "http_listener",
            load_balancer_arn=balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_action=[forward],
            tags={"Name": f"{name}-http"},
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
