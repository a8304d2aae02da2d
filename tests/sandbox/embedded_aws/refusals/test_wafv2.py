"""What WAF refuses."""

from typing import Any
from uuid import uuid4

import pytest

from sandbox.embedded_aws.process import ACCOUNT
from sandbox.embedded_aws.refusals.waf_capacity import capacity
from tests.sandbox.embedded_aws.refusals.conftest import Asked

SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
MATCH = {
    "SearchString": b"/",
    "FieldToMatch": {"UriPath": {}},
    "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    "PositionalConstraint": "EXACTLY",
}
RATE = {"Limit": 2_000, "AggregateKeyType": "IP"}
NONE_SET = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/ipset/none/1"


def unique() -> str:
    return f"x{uuid4().hex}"


def rule(statement: dict[str, Any], priority: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "Name": f"rule-{priority}",
        "Priority": priority,
        "Statement": statement,
        "VisibilityConfig": SEEN,
        "Action": {"Block": {}},
        **more,
    }


def group(name: str, priority: int = 0) -> dict[str, Any]:
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
    made = rule(statement, priority, OverrideAction={"None": {}})
    del made["Action"]
    return made


def acl(*rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "Name": unique(),
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": SEEN,
        "Rules": list(rules),
    }


def match(**changes: Any) -> dict[str, Any]:
    return {"ByteMatchStatement": {**MATCH, **changes}}


SQLI = "AWSManagedRulesSQLiRuleSet"
COMMON = "AWSManagedRulesCommonRuleSet"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([rule(match()), rule(match())], "Rules: 2 have the Name 'rule-0'"),
        ([rule(match()), rule(match(), Name="b")], "Rules: 2 have the Priority 0"),
        ([group(SQLI) | {"Action": {"Block": {}}}], "OverrideAction is needed here, and Action"),
        ([rule(match()) | {"OverrideAction": {"None": {}}}], "Action is needed here, and Over"),
        ([rule(match(), Action={"Block": {}, "Allow": {}})], r"Rules\[0\].Action: 2 actions"),
        ([rule({**match(), "RateBasedStatement": RATE})], r"Rules\[0\].Statement: 2 statements"),
        ([group("AWSManagedRulesSqlRuleSet")], "AWS has no group of rules 'AWSManagedRulesSqlR"),
        (
            [rule({"RateBasedStatement": {**RATE, "EvaluationWindowSec": 90}})],
            "RateBasedStatement.EvaluationWindowSec: 90, not one of",
        ),
        ([rule(match(SearchString=b"x" * 201))], "SearchString: 201 bytes, not 1 to 200"),
        (
            [rule(match(TextTransformations=MATCH["TextTransformations"] * 2))],
            "TextTransformations: several of one Priority",
        ),
        (
            [rule({"AndStatement": {"Statements": [match()]}})],
            r"Rules\[0\].Statement.AndStatement.Statements: 1, not two or more",
        ),
        (
            [rule({"NotStatement": {"Statement": {"IPSetReferenceStatement": {"ARN": NONE_SET}}}})],
            f"NotStatement.Statement.IPSetReferenceStatement.ARN: there is no {NONE_SET}",
        ),
        (
            [rule({"RateBasedStatement": RATE}, place) for place in range(11)],
            "Rules: 11 rates, of at most 10",
        ),
    ],
)
def test_no_rules(asked: Asked, rules: list[Any], message: str) -> None:
    asked.refused("wafv2", "CreateWebACL", message, **acl(*rules))


def test_too_much_capacity(asked: Asked) -> None:
    message = "You exceeded the capacity limit for a rule group or web ACL., Rules: 5,600"
    rules = [group(COMMON, place) for place in range(8)]
    code = asked.refused("wafv2", "CreateWebACL", message, **acl(*rules))
    assert code == "WAFInvalidParameterException"


def test_good_rules(asked: Asked) -> None:
    set_ = {"Name": unique(), "Scope": "REGIONAL", "IPAddressVersion": "IPV4"}
    made = asked("wafv2", "CreateIPSet", **set_, Addresses=["15.177.0.0/18"])
    of_set = {"IPSetReferenceStatement": {"ARN": made["Summary"]["ARN"]}}
    rules = [
        rule({"AndStatement": {"Statements": [of_set, match()]}}, 0),
        rule({"RateBasedStatement": {**RATE, "EvaluationWindowSec": 300}}, 1),
        *(group(COMMON, place) for place in range(2, 9)),
    ]
    asked("wafv2", "CreateWebACL", **acl(*rules))


def test_capacity() -> None:
    lower = {"TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}
    ip_set = {"IPSetReferenceStatement": {"ARN": NONE_SET}}
    for statement, units in (
        (match(), 2),
        (match(PositionalConstraint="CONTAINS"), 10),
        (match(**lower), 12),
        ({"OrStatement": {"Statements": [match(**lower), match(**lower)]}}, 14),
        ({"AndStatement": {"Statements": [ip_set, match()]}}, 3),
        ({"RateBasedStatement": RATE}, 2),
        ({"RateBasedStatement": {**RATE, "ScopeDownStatement": match()}}, 4),
        ({"NotStatement": {"Statement": ip_set}}, 1),
        ({"SqliMatchStatement": {"FieldToMatch": {"Body": {}}}}, 20),
        ({"SqliMatchStatement": {"FieldToMatch": {"Body": {}}, "SensitivityLevel": "HIGH"}}, 30),
        ({"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": COMMON}}, 700),
    ):
        assert capacity([rule(statement)]) == units


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("0.0.0.0/0", r"Addresses\[0\]: '0.0.0.0/0' is everything"),
        ("10.0.0.1/8", "'10.0.0.1/8' is not a CIDR range without host bits"),
        ("10.0.0.1", "'10.0.0.1' is not a CIDR range"),
        ("2600:1f18::/36", "is not of IPAddressVersion IPV4"),
    ],
)
def test_no_addresses(asked: Asked, address: str, message: str) -> None:
    set_ = {"Name": unique(), "Scope": "REGIONAL", "IPAddressVersion": "IPV4"}
    code = asked.refused("wafv2", "CreateIPSet", message, **set_, Addresses=[address])
    assert code == "WAFInvalidParameterException"


def logging(destination: str, *redacted: dict[str, Any]) -> dict[str, Any]:
    firewall = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/a/1"
    return {
        "LoggingConfiguration": {
            "ResourceArn": firewall,
            "LogDestinationConfigs": [destination],
            "RedactedFields": list(redacted),
        }
    }


def test_logs(asked: Asked) -> None:
    name = f"aws-waf-logs-{unique()}"
    good = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}"
    where = "LoggingConfiguration.LogDestinationConfigs"
    for destination, message in (
        (good.replace(name, "logs"), f"{where}: .* does not begin aws-waf-logs-"),
        (good.replace("us-east-1", "eu-west-1"), f"{where}: .* is not in us-east-1"),
        (good, f"{where}: there is no {good}"),
        (f"arn:aws:s3:::{name}", f"{where}: there is no arn:aws:s3:::{name}"),
    ):
        asked.refused("wafv2", "PutLoggingConfiguration", message, **logging(destination))
    asked("logs", "CreateLogGroup", logGroupName=name)
    firewall = asked("wafv2", "CreateWebACL", **acl(rule(match())))["Summary"]["ARN"]
    body = logging(good, {"SingleHeader": {"Name": "cookie"}}, {"QueryString": {}})
    body["LoggingConfiguration"]["ResourceArn"] = firewall
    asked("wafv2", "PutLoggingConfiguration", **body)
    message = r"RedactedFields\[0\]: Body, not one of Method, QueryString, SingleHeader, UriPath"
    bad = logging(good, {"Body": {}})
    asked.refused("wafv2", "PutLoggingConfiguration", message, **bad)


def test_a_set_in_use_stays(asked: Asked) -> None:
    name = {"Name": unique(), "Scope": "REGIONAL"}
    made = asked("wafv2", "CreateIPSet", **name, IPAddressVersion="IPV4", Addresses=[])["Summary"]
    of_set = rule({"IPSetReferenceStatement": {"ARN": made["ARN"]}})
    firewall = acl(of_set)
    user = asked("wafv2", "CreateWebACL", **firewall)["Summary"]
    gone = {**name, "Id": made["Id"], "LockToken": made["LockToken"]}
    message = f"Id: {made['Id']} is in use by {user['ARN']}"
    assert asked.refused("wafv2", "DeleteIPSet", message, **gone) == "WAFAssociatedItemException"
    firewall = {"Name": firewall["Name"], "Scope": "REGIONAL", "Id": user["Id"]}
    asked("wafv2", "DeleteWebACL", **firewall, LockToken=user["LockToken"])
    asked("wafv2", "DeleteIPSet", **gone)


def test_a_firewall_is_of_a_load_balancer_here(asked: Asked) -> None:
    firewall = asked("wafv2", "CreateWebACL", **acl(rule(match())))["Summary"]["ARN"]
    for region in ("us-east-1", "eu-west-1"):
        arn = f"arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/app/a/1"
        message = f"ResourceArn: there is no load balancer {arn} in us-east-1"
        given = {"WebACLArn": firewall, "ResourceArn": arn}
        code = asked.refused("wafv2", "AssociateWebACL", message, **given)
        assert code == "WAFUnavailableEntityException"
