"""The cost of a web ACL's rules, in web ACL capacity units.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
and the page of each statement below
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.embedded_aws.refusals.rule import part

# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
MANAGED_GROUPS = {
    "AWSManagedRulesACFPRuleSet": 50,
    "AWSManagedRulesATPRuleSet": 50,
    "AWSManagedRulesAdminProtectionRuleSet": 100,
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
    "AWSManagedRulesAntiDDoSRuleSet": 50,
    "AWSManagedRulesBotControlRuleSet": 50,
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesLinuxRuleSet": 200,
    "AWSManagedRulesPHPRuleSet": 100,
    "AWSManagedRulesSQLiRuleSet": 200,
    "AWSManagedRulesUnixRuleSet": 100,
    "AWSManagedRulesWindowsRuleSet": 200,
    "AWSManagedRulesWordPressRuleSet": 100,
}
# For a byte match, by its positional constraint.
BYTE_MATCH = {"EXACTLY": 2, "STARTS_WITH": 2, "ENDS_WITH": 2, "CONTAINS": 10, "CONTAINS_WORD": 10}
# For SQL injection matching, by sensitivity level.
SQLI = {"LOW": 20, "HIGH": 30}
# For the other match statements.
MATCHES = {
    "XssMatchStatement": 40,
    "SizeConstraintStatement": 1,
    "RegexMatchStatement": 3,
    "RegexPatternSetReferenceStatement": 25,
    "GeoMatchStatement": 1,
    "IPSetReferenceStatement": 1,
    "LabelMatchStatement": 1,
    "AsnMatchStatement": 1,
}
OF_HEADER_ADDRESS = 4
RATE, RATE_KEY = 2, 30
TRANSFORMATION = 10


def capacity(rules: Sequence[Mapping[str, Any]]) -> int:
    """The capacity that rules use together; a transformation of the same field counts once."""
    statements = [one for rule in rules for one in _statements(part(rule, "Statement"))]
    transformed = {one for kind, body in statements for one in _transformed(kind, body)}
    return sum(_cost(kind, body) for kind, body in statements) + TRANSFORMATION * len(transformed)


def _statements(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The kind and body of a statement and of every statement nested in it."""
    for kind, body in statement.items():
        yield kind, body
        for inner in body.get("Statements") or ():
            yield from _statements(inner)
        for name in ("Statement", "ScopeDownStatement"):
            yield from _statements(part(body, name))


def _cost(kind: str, body: Mapping[str, Any]) -> int:
    match kind:
        case "ByteMatchStatement":
            cost = BYTE_MATCH[body["PositionalConstraint"]]
        case "SqliMatchStatement":
            cost = SQLI[body.get("SensitivityLevel", "LOW")]
        case "ManagedRuleGroupStatement":
            return MANAGED_GROUPS.get(body["Name"], 0)
        case "RateBasedStatement":
            return RATE + RATE_KEY * len(body.get("CustomKeys") or ())
        case "IPSetReferenceStatement" if body.get("IPSetForwardedIPConfig"):
            position = body["IPSetForwardedIPConfig"]["Position"]
            return MATCHES[kind] + (OF_HEADER_ADDRESS if position == "ANY" else 0)
        case _:
            cost = MATCHES.get(kind, 0)
    field = part(body, "FieldToMatch")
    return cost * 2 if "JsonBody" in field else cost + 10 * ("AllQueryArguments" in field)


def _transformed(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if kind != "RateBasedStatement":
        for one in body.get("TextTransformations") or ():
            if one["Type"] != "NONE":
                yield str(body.get("FieldToMatch")), one["Type"]
