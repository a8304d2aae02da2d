"""What Elastic Load Balancing refuses: target groups and listeners."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network, network
from tests.sandbox.embedded_aws.refusals.service import Service, unique

INVALID, WRONG = "InvalidConfigurationRequest", "ValidationError"
POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


def target_group(elb: Service, vpc: str, **more: Any) -> str:
    asked = {"Name": unique(), "Protocol": "HTTP", "Port": 80, "VpcId": vpc, **more}
    (made,) = elb.ok("create_target_group", **asked)["TargetGroups"]
    return made["TargetGroupArn"]


@pytest.fixture
def balancer(elb: Service, net: Network) -> str:
    (made,) = elb.ok("create_load_balancer", Name=unique(), Subnets=net.subnets)["LoadBalancers"]
    return made["LoadBalancerArn"]


def listener(balancer: str, group: str, **more: Any) -> dict[str, Any]:
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    asked = {"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": forward}
    return {**asked, **more}


def issued(refusing: EmbeddedAws, *, record: bool = True) -> str:
    """A certificate, with or without its validation record."""
    acm, route53, domain = (
        Service(refusing, "acm"),
        Service(refusing, "route53"),
        f"{unique()}.example",
    )
    zone = route53.ok("create_hosted_zone", Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    arn = acm.ok("request_certificate", DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    if record:
        described = acm.ok("describe_certificate", CertificateArn=arn)["Certificate"]
        (option,) = described["DomainValidationOptions"]
        value = option["ResourceRecord"].pop("Value")
        changed = {**option["ResourceRecord"], "TTL": 60, "ResourceRecords": [{"Value": value}]}
        change = {"Action": "CREATE", "ResourceRecordSet": changed}
        route53.ok(
            "change_resource_record_sets", HostedZoneId=zone, ChangeBatch={"Changes": [change]}
        )
    return arn


def test_groups_have_names_of_their_own(elb: Service, net: Network) -> None:
    name = unique()
    target_group(elb, net.vpc, Name=name)
    asked = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": net.vpc}
    elb.refused("create_target_group", "DuplicateTargetGroupName", name, **asked)
    for wrong in ("a:b", "web-", "a--b", "w" * 33):
        elb.refused("create_target_group", WRONG, "Name", wrong, **{**asked, "Name": wrong})


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("HealthCheckTimeoutSeconds", {"HealthCheckTimeoutSeconds": 30}),
        (
            "HealthCheckTimeoutSeconds",
            {"HealthCheckTimeoutSeconds": 5, "HealthCheckIntervalSeconds": 5},
        ),
        ("HealthCheckPath", {"HealthCheckPath": "health"}),
        ("HealthCheckPort", {"HealthCheckPort": "web"}),
        ("Matcher.HttpCode", {"Matcher": {"HttpCode": "200-500"}}),
        ("Matcher.HttpCode", {"Matcher": {"HttpCode": "2xx"}}),
    ],
)
def test_health_checks_are_sound(
    elb: Service, net: Network, said: str, wrong: dict[str, Any]
) -> None:
    asked = {"Name": unique(), "Protocol": "HTTP", "Port": 80, "VpcId": net.vpc}
    elb.refused("create_target_group", WRONG, said, **asked, **wrong)


def test_a_timeout_stays_below_the_interval(elb: Service, net: Network) -> None:
    group = target_group(elb, net.vpc, HealthCheckTimeoutSeconds=4, HealthCheckIntervalSeconds=5)
    elb.refused(
        "modify_target_group", WRONG, "'5'", TargetGroupArn=group, HealthCheckTimeoutSeconds=5
    )
    elb.ok("modify_target_group", TargetGroupArn=group, HealthCheckTimeoutSeconds=3)


@pytest.mark.parametrize(
    ("key", "bad", "good"),
    [
        ("deregistration_delay.timeout_seconds", "3601", "30"),
        ("slow_start.duration_seconds", "29", "30"),
        ("load_balancing.algorithm.type", "random", "round_robin"),
        ("stickiness.enabled", "on", "false"),
    ],
)
def test_group_attributes(elb: Service, net: Network, key: str, bad: str, good: str) -> None:
    group = target_group(elb, net.vpc)

    def asked(value: str) -> dict[str, Any]:
        return {"TargetGroupArn": group, "Attributes": [{"Key": key, "Value": value}]}

    elb.refused("modify_target_group_attributes", WRONG, key, bad, **asked(bad))
    elb.ok("modify_target_group_attributes", **asked(good))
    unknown = [{"Key": "nothing", "Value": "1"}]
    elb.refused(
        "modify_target_group_attributes",
        WRONG,
        "'nothing'",
        TargetGroupArn=group,
        Attributes=unknown,
    )


def test_a_port_has_one_listener(elb: Service, net: Network, balancer: str) -> None:
    group = target_group(elb, net.vpc)
    (made,) = elb.ok("create_listener", **listener(balancer, group))["Listeners"]
    elb.refused("create_listener", "DuplicateListener", "port 80", **listener(balancer, group))
    elb.ok("modify_listener", ListenerArn=made["ListenerArn"], Port=80)


def test_https_has_an_issued_certificate(
    elb: Service, net: Network, balancer: str, refusing: EmbeddedAws
) -> None:
    group = target_group(elb, net.vpc)

    def asked(*certificates: str) -> dict[str, Any]:
        arns = [{"CertificateArn": arn} for arn in certificates]
        more = {"Protocol": "HTTPS", "Port": 443, "SslPolicy": POLICY, "Certificates": arns}
        return listener(balancer, group, **more)

    pending, good = issued(refusing, record=False), issued(refusing)
    elb.refused("create_listener", WRONG, "Certificates", **asked())
    elb.refused("create_listener", "UnsupportedCertificate", pending, "PENDING", **asked(pending))
    nowhere = pending[:-4] + "0000"
    elb.refused("create_listener", "CertificateNotFound", nowhere, **asked(nowhere))
    unknown = {**asked(good), "SslPolicy": "ELBSecurityPolicy-None"}
    elb.refused("create_listener", "SSLPolicyNotFound", "ELBSecurityPolicy-None", **unknown)
    elb.ok("create_listener", **asked(good))
    acm = Service(refusing, "acm")
    acm.refused("delete_certificate", "ResourceInUseException", balancer, CertificateArn=good)
    acm.ok("delete_certificate", CertificateArn=pending)
    elb.refused(
        "create_listener",
        WRONG,
        "HTTP has no SslPolicy",
        **listener(balancer, group, Port=81, SslPolicy=POLICY),
    )


def test_forwarding_leads_to_the_balancers_own(
    elb: Service, net: Network, balancer: str, refusing: EmbeddedAws
) -> None:
    far, group = target_group(elb, network(refusing).vpc), target_group(elb, net.vpc)
    elb.refused("create_listener", INVALID, net.vpc, **listener(balancer, far))
    nowhere = f"{group}0"
    elb.refused("create_listener", "TargetGroupNotFound", nowhere, **listener(balancer, nowhere))
    elb.ok("create_listener", **listener(balancer, group))
    (another,) = elb.ok("create_load_balancer", Name=unique(), Subnets=net.subnets)["LoadBalancers"]
    elb.refused(
        "create_listener",
        "TargetGroupAssociationLimit",
        "TargetGroupArn",
        **listener(another["LoadBalancerArn"], group),
    )
    elb.refused("delete_target_group", "ResourceInUse", group, TargetGroupArn=group)


def test_a_redirect_leads_elsewhere(elb: Service, balancer: str) -> None:
    def asked(**redirect: str) -> dict[str, Any]:
        action = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **redirect}}
        return listener(balancer, "", DefaultActions=[action])

    elb.refused("create_listener", "InvalidLoadBalancerAction", "RedirectConfig", **asked())
    elb.refused(
        "create_listener",
        "InvalidLoadBalancerAction",
        "redirect loop",
        **asked(Protocol="HTTP", Port="80"),
    )
    elb.refused("create_listener", "InvalidLoadBalancerAction", "path", **asked(Query="a=1"))
    elb.ok("create_listener", **asked(Protocol="HTTPS", Port="443"))
