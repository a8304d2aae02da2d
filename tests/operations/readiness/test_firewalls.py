"""Security groups and web ACLs."""

from typing import Any

from environments import Environment
from functions.standby_readiness.outcome import Status
from operations.readiness import firewalls
from operations.readiness.deployment import Deployment
from tests.functions.standby_readiness.fakes import Fake, found, only
from tests.operations.readiness.regions import both, deployment
from tests.synthesis import example


def port(number: int, **peers: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": number, "ToPort": number, **peers}


ANYWHERE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ANYWHERE_IPV6 = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def ec2(prefix: str, n: int, rules: list[dict[str, Any]], out: list[dict[str, Any]]) -> Fake:
    """A region whose load balancer's group has these rules, and the instances' these ways out."""

    def group(name: str, **rules: Any) -> dict[str, Any]:
        tags = [{"Key": "Name", "Value": f"{prefix}-{name}"}]
        return {"GroupId": f"sg-{name}-{n}", "GroupName": name, "Tags": tags, **rules}

    to_instances = {"UserIdGroupPairs": [{"GroupId": f"sg-instances-{n}"}]}
    groups = [
        group("load-balancer", IpPermissions=rules, IpPermissionsEgress=[port(80, **to_instances)]),
        group("instances", IpPermissionsEgress=out),
    ]
    lists = [{"PrefixListId": f"pl-{n}", "PrefixListName": f"com.amazonaws.r{n}.s3"}]
    return Fake(
        describe_security_groups={"SecurityGroups": groups},
        describe_prefix_lists={"PrefixLists": lists},
    )


def to_s3(n: int) -> dict[str, Any]:
    return port(443, PrefixListIds=[{"PrefixListId": f"pl-{n}"}])


def regions(environment: Environment, primary: Any, standby: Any) -> Deployment:
    made = [
        ec2(environment.regional_prefix("primary"), 1, *primary),
        ec2(environment.regional_prefix("dr"), 2, *standby),
    ]
    return deployment(environment, both("ec2", *made))


def test_ids_may_differ_and_rules_may_not() -> None:
    mission, users = example("mission"), [port(443, **ANYWHERE)]
    same = regions(mission, (users, [to_s3(1)]), (users, [to_s3(2)]))
    assert only(firewalls.groups_agree, same) == (
        Status.READY,
        "3 rules in the standby, as in the primary",
    )
    ssh = regions(mission, (users, [to_s3(1)]), ([*users, port(22, **ANYWHERE)], [to_s3(2)]))
    assert found(firewalls.groups_agree, ssh) == [
        (Status.FAULT, "only the standby has: load-balancer: in from 0.0.0.0/0, tcp 22")
    ]
    no_s3 = regions(mission, (users, [to_s3(1)]), (users, []))
    assert found(firewalls.groups_agree, no_s3) == [
        (Status.FAULT, "only the primary has: instances: out to s3, tcp 443")
    ]


def test_what_the_file_makes_differ_is_no_skew() -> None:
    mission = example("mission")
    primary = mission.primary.model_copy(update={"nat_gateways": "single"})
    environment = mission.model_copy(update={"primary": primary})
    users, internet = [port(443, **ANYWHERE)], port(443, **ANYWHERE)
    there = regions(environment, (users, [to_s3(1), internet]), (users, [to_s3(2)]))
    assert only(firewalls.groups_agree, there)[0] is Status.READY
    meant = regions(mission, (users, [to_s3(1), internet]), (users, [to_s3(2)]))
    assert only(firewalls.groups_agree, meant)[0] is Status.FAULT


def test_ipv6_is_no_skew_only_where_one_region_has_none() -> None:
    mission = example("mission")
    users, six = [port(443, **ANYWHERE)], [port(443, **ANYWHERE), port(443, **ANYWHERE_IPV6)]
    there = regions(mission, (six, []), (users, []))
    assert only(firewalls.groups_agree, there)[0] is Status.FAULT


def test_a_region_without_groups() -> None:
    nothing = Fake(
        describe_security_groups={"SecurityGroups": []}, describe_prefix_lists={"PrefixLists": []}
    )
    mission = example("mission")
    one = ec2(mission.regional_prefix("primary"), 1, [port(443, **ANYWHERE)], [])
    there = deployment(mission, both("ec2", one, nothing))
    assert only(firewalls.groups_agree, there) == (
        Status.FAULT,
        "us-east-1 has no security group of this deployment",
    )


def waf(rules: list[dict[str, Any]], addresses: list[str], acl: bool = True) -> Fake:
    found = {"DefaultAction": {"Allow": {}}, "Rules": rules}
    return Fake(
        get_web_acl_for_resource={"WebACL": found} if acl else {},
        get_ip_set={"IPSet": {"Addresses": addresses}},
    )


def rule(region: str, **changes: Any) -> dict[str, Any]:
    arn = f"arn:aws:wafv2:{region}:1:regional/ipset/checkers/{region}"
    return {
        "Name": "checkers",
        "Statement": {"IPSetReferenceStatement": {"ARN": arn}},
        "VisibilityConfig": {"MetricName": region},
        **changes,
    }


def acls(primary: Fake, standby: Fake) -> list[tuple[Status, str]]:
    balancer = Fake(describe_load_balancers={"LoadBalancers": [{"LoadBalancerArn": "arn:lb"}]})
    clients = both("elbv2", balancer, balancer) | both("wafv2", primary, standby)
    return found(firewalls.web_acls_agree, deployment(example("mission"), clients))


def test_web_acls_have_the_same_rules_and_addresses() -> None:
    primary = waf([rule("ap-south-1")], ["192.0.2.0/24"])
    assert acls(primary, waf([rule("us-east-1")], ["192.0.2.0/24"])) == [(Status.READY, "checkers")]
    assert acls(primary, waf([rule("us-east-1")], ["198.51.100.0/24"])) == [
        (Status.FAULT, "the address set of checkers differs")
    ]
    assert acls(primary, waf([rule("us-east-1", Action={"Count": {}})], ["192.0.2.0/24"])) == [
        (Status.FAULT, "checkers differs")
    ]
    lacking = acls(primary, waf([], []))
    assert (Status.FAULT, "checkers is missing in us-east-1") in lacking
    assert acls(primary, waf([], [], acl=False)) == [
        (Status.FAULT, "us-east-1: the load balancer has no web ACL")
    ]
