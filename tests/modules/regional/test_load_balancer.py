"""The load balancer, its listener, and how soon a dead instance is out."""

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import LbListener
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup

from tests.conftest import Region


def test_the_load_balancer_is_public_and_in_every_zone(region: Region) -> None:
    assert region.stack.has(
        Lb,
        name=region.settings.load_balancer,
        load_balancer_type="application",
        internal=False,
        enable_cross_zone_load_balancing=True,
        drop_invalid_header_fields=True,
        idle_timeout=60,
        security_groups=["${aws_security_group.load_balancer_security_group.id}"],
    )
    assert region.stack.only(Lb)["subnets"] == [
        f"${{aws_subnet.public_subnet_{zone[-1]}.id}}" for zone in region.settings.zones
    ]


def test_the_internet_gateway_is_there_before_and_after_the_load_balancer(region: Region) -> None:
    """AWS refuses a public load balancer in a VPC without one."""
    assert region.stack.only(Lb)["depends_on"] == ["aws_internet_gateway.internet_gateway"]


def test_http_is_forwarded_to_the_target_group(region: Region) -> None:
    listener = region.stack.only(LbListener)
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["load_balancer_arn"] == "${aws_lb.load_balancer.arn}"
    assert listener["default_action"] == [
        {
            "type": "forward",
            "target_group_arn": "${aws_lb_target_group.target_group.arn}",
        }
    ]


def test_the_target_group_asks_for_the_page(region: Region) -> None:
    assert region.stack.has(
        LbTargetGroup,
        name=region.settings.target_group,
        port=80,
        protocol="HTTP",
        vpc_id="${aws_vpc.vpc.id}",
        load_balancing_cross_zone_enabled="true",
        deregistration_delay="30",
        lifecycle={"create_before_destroy": True},
    )
    check = region.stack.only(LbTargetGroup)["health_check"]
    assert (check["enabled"], check["path"], check["matcher"]) == (True, "/", "200")
    assert (check["protocol"], check["port"]) == ("HTTP", "traffic-port")


def test_a_dead_instance_is_out_within_15_seconds(region: Region) -> None:
    check = region.stack.only(LbTargetGroup)["health_check"]
    # It dies right after a good probe: the failing ones start an interval apart, and the last
    # one takes its whole timeout.
    assert check["interval"] * check["unhealthy_threshold"] + check["timeout"] <= 15
    assert check["timeout"] < check["interval"]
