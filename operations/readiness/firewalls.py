"""Whether both regions let in, and keep out, the same traffic."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from environments import ROLES, Role
from functions.standby_readiness.standby import balancer_of
from operations.checks import Found, Status
from operations.preflight.account import OWN_TAG
from operations.readiness.deployment import Deployment

DIRECTIONS = (("IpPermissions", "in from"), ("IpPermissionsEgress", "out to"))
ARN = re.compile(r"arn:aws:[^\"]+")
IPV6 = "::/0"


def groups_agree(deployment: Deployment) -> Found:
    """The security groups have the same rules in both regions, but for what the regions' settings
    make differ: IPv6, the instances' way out, the endpoints of Session Manager."""
    primary, standby = (set(_group_rules(deployment, role)) for role in ROLES)
    if not primary or not standby:
        where = deployment.region("dr" if primary else "primary")
        yield Status.FAULT, f"{where} has no security group of this deployment"
        return
    meant = _may_differ(deployment)
    skew = [
        (role, rule)
        for role, rules in (("primary", primary - standby), ("dr", standby - primary))
        for rule in sorted(rules)
        if not any(pattern.search(rule) for pattern in meant)
    ]
    for role, rule in skew:
        yield Status.FAULT, f"only the {'primary' if role == 'primary' else 'standby'} has: {rule}"
    if not skew:
        yield Status.READY, f"{len(standby)} rules in the standby, as in the primary"


def _may_differ(deployment: Deployment) -> list[re.Pattern[str]]:
    """Which rules the environment file itself makes differ."""
    primary, standby = (deployment.environment.regional(role) for role in ROLES)
    found: list[str] = []
    if primary.ipv6 != standby.ipv6:
        found.append(re.escape(IPV6))
    if primary.session_manager_endpoints != standby.session_manager_endpoints:
        found.append(r"\bendpoints\b")
    ways_out = {
        (one.nat_gateways != "none", one.existing_network is not None) for one in (primary, standby)
    }
    if len(ways_out) > 1:
        found.append("^instances: out to")
    return [re.compile(one) for one in found]


def _group_rules(deployment: Deployment, role: Role) -> Iterator[str]:
    """A region's rules in words without its IDs: `instances: in from load-balancer, tcp 80`."""
    environment, region = deployment.environment, deployment.region(role)
    ec2 = deployment.client("ec2", region)
    tags = [{"Name": f"tag:{OWN_TAG}", "Values": [environment.name]}]
    pages = ec2.get_paginator("describe_security_groups").paginate(Filters=tags)
    groups = [group for page in pages for group in page["SecurityGroups"]]
    start = f"{environment.regional_prefix(role)}-"
    names: dict[str, str] = {one["GroupId"]: _name(one).removeprefix(start) for one in groups}
    lists: dict[str, str] = {
        one["PrefixListId"]: one["PrefixListName"].rpartition(".")[2]
        for one in ec2.describe_prefix_lists()["PrefixLists"]
    }
    for group in groups:
        for kind, direction in DIRECTIONS:
            for rule in group.get(kind, []):
                for peer in _peers(rule, names | lists):
                    ports = _ports(rule)
                    yield f"{names[group['GroupId']]}: {direction} {peer}, {ports}"


def _name(group: dict[str, Any]) -> str:
    tags = {tag["Key"]: tag["Value"] for tag in group.get("Tags", [])}
    name: str = tags.get("Name", group["GroupName"])
    return name


def _ports(rule: dict[str, Any]) -> str:
    if rule["IpProtocol"] == "-1":
        return "everything"
    first, last = rule.get("FromPort"), rule.get("ToPort")
    return f"{rule['IpProtocol']} {first}" + ("" if first == last else f"-{last}")


def _peers(rule: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    """The other ends of a rule: networks, groups and prefix lists by name."""
    for kind, key in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
        yield from (str(one[key]) for one in rule.get(kind, []))
    ids: list[str] = [
        *(one["GroupId"] for one in rule.get("UserIdGroupPairs", [])),
        *(one["PrefixListId"] for one in rule.get("PrefixListIds", [])),
    ]
    yield from (names.get(one, one) for one in ids)


def web_acls_agree(deployment: Deployment) -> Found:
    """Both load balancers are behind a web ACL with the same rules, actions and addresses.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_GetWebACLForResource.html
    """
    found: dict[Role, dict[str, str]] = {}
    for role in ROLES:
        acl = _web_acl(deployment, role)
        if acl is None:
            yield Status.FAULT, f"{deployment.region(role)}: the load balancer has no web ACL"
            return
        found[role] = {
            "the default action": json.dumps(acl["DefaultAction"], sort_keys=True),
            **{rule["Name"]: _rule(rule) for rule in acl["Rules"]},
            **dict(_addresses(deployment, role, acl["Rules"])),
        }
    primary, standby = found["primary"], found["dr"]
    skew = [name for name in {**primary, **standby} if primary.get(name) != standby.get(name)]
    for name in skew:
        where = [deployment.region(role) for role in ROLES if name not in found[role]]
        yield Status.FAULT, f"{name} is missing in {where[0]}" if where else f"{name} differs"
    if not skew:
        yield Status.READY, f"{', '.join(name for name in standby if not name.startswith('the '))}"


def _web_acl(deployment: Deployment, role: Role) -> dict[str, Any] | None:
    settings = deployment.environment.regional(role)
    balancer = balancer_of(deployment.client("elbv2", settings.region), settings.load_balancer)
    wafv2 = deployment.client("wafv2", settings.region)
    acl: dict[str, Any] | None = wafv2.get_web_acl_for_resource(
        ResourceArn=balancer["LoadBalancerArn"]
    ).get("WebACL")
    return acl


def _rule(rule: dict[str, Any]) -> str:
    """A rule without its region's ARNs and without what only names its metrics."""
    kept = {key: value for key, value in rule.items() if key != "VisibilityConfig"}
    return ARN.sub("", json.dumps(kept, sort_keys=True, default=str))


def _addresses(
    deployment: Deployment, role: Role, rules: Iterable[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """What each address set that the rules name contains."""
    wafv2 = deployment.client("wafv2", deployment.region(role))
    for rule in rules:
        for arn in ARN.findall(json.dumps(rule, default=str)):
            _, _, path = arn.partition(":regional/ipset/")
            name, _, own_id = path.partition("/")
            if own_id:
                found = wafv2.get_ip_set(Name=name, Scope="REGIONAL", Id=own_id)["IPSet"]
                addresses = json.dumps(sorted(found["Addresses"]))
                yield f"the address set of {rule['Name']}", addresses
