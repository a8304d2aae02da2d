"""The load balancer, its listeners, and how soon a dead instance is taken out."""

import pytest
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import LbListener
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup

from environments import ROLES
from modules.recovery_time import ALIAS_TTL
from tests.conftest import Region, Synthesised
from tests.synthesis import Stacks, example


def test_the_load_balancer_is_public_and_in_every_zone(region: Region) -> None:
    assert region.stack.has(
        Lb,
        name=region.settings.load_balancer,
        load_balancer_type="application",
        internal=False,
        enable_cross_zone_load_balancing=True,
        drop_invalid_header_fields=True,
        desync_mitigation_mode="defensive",
        idle_timeout=60,
        security_groups=["${aws_security_group.load_balancer_security_group.id}"],
    )
    assert region.stack.only(Lb)["subnets"] == [
        f"${{aws_subnet.public_subnet_{zone[-1]}.id}}" for zone in region.settings.zones
    ]


def test_it_takes_zonal_shifts_unless_the_settings_say_otherwise() -> None:
    mission = example("mission")
    without = mission.dr.model_copy(update={"zonal_shift": False})
    stacks = Stacks(mission.model_copy(update={"dr": without}))
    assert stacks["primary"].has(Lb, enable_zonal_shift=True)
    assert stacks["dr"].has(Lb, enable_zonal_shift=False)


def test_the_internet_gateway_is_there_before_and_after_the_load_balancer(region: Region) -> None:
    """AWS refuses a public load balancer in a VPC without one."""
    assert "aws_internet_gateway.internet_gateway" in region.stack.only(Lb)["depends_on"]


ISSUED = "aws_acm_certificate_validation.certificate_validation"
FORWARD = {"type": "forward", "target_group_arn": "${aws_lb_target_group.target_group.arn}"}


def test_https_is_forwarded_to_the_target_group(region: Region) -> None:
    """The certificate is the validated one, not the one just requested."""
    assert region.stack.resources(LbListener)["https_listener"] | {"//": 0} == {
        "//": 0,
        "load_balancer_arn": "${aws_lb.load_balancer.arn}",
        "port": 443,
        "protocol": "HTTPS",
        "certificate_arn": f"${{{ISSUED}.certificate_arn}}",
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "default_action": [FORWARD],
        "tags": {"Name": f"{region.settings.load_balancer}-https"},
    }


def test_http_only_redirects_once_there_is_https(region: Region) -> None:
    listener = region.stack.resources(LbListener)["http_listener"]
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["default_action"] == [
        {
            "type": "redirect",
            "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"},
        }
    ]
    assert listener["depends_on"] == ["aws_lb_listener.https_listener"]


def test_without_tls_http_is_forwarded(plain: Synthesised) -> None:
    for role in ROLES:
        listener = plain.stacks[role].only(LbListener)
        assert (listener["port"], listener["protocol"]) == (80, "HTTP")
        assert listener["default_action"] == [FORWARD]


def test_a_client_cannot_stay_for_longer_than_the_dns_ttl(region: Region) -> None:
    """DNS does not move a client that keeps its connection open."""
    assert region.stack.only(Lb)["client_keep_alive"] <= ALIAS_TTL


def test_it_has_ipv6_in_a_network_of_its_own(region: Region) -> None:
    assert region.stack.only(Lb)["ip_address_type"] == "dualstack"


@pytest.mark.parametrize("protected", [True, False])
def test_deletion_protection_is_a_setting(protected: bool) -> None:
    environment = example("mission").model_copy(update={"deletion_protection": protected})
    stacks = Stacks(environment)
    for role in ROLES:
        balancer = stacks[role].only(Lb)
        assert balancer["enable_deletion_protection"] is protected
        # AWS would refuse only after everything that depends on it is destroyed.
        assert balancer.get("lifecycle", {}) == ({"prevent_destroy": True} if protected else {})


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
    # Worst case: it dies right after a good probe, the failing probes start an interval apart, and
    # the last one takes its whole timeout.
    assert check["interval"] * check["unhealthy_threshold"] + check["timeout"] <= 15
    assert check["timeout"] < check["interval"]
