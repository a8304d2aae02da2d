"""WAF: web ACLs, IP sets, logging and associations."""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.elbv2.models import elbv2_backends
from moto.wafv2.models import wafv2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules, part
from sandbox.embedded_aws.refusals.waf_capacity import MANAGED_GROUPS, capacity

# https://docs.aws.amazon.com/waf/latest/developerguide/limits.html
MOST_CAPACITY = 5_000
MOST_RATE_RULES = 10
MOST_ADDRESSES = 10_000
LONGEST_SEARCH = 200
# https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
WINDOWS = (60, 120, 300, 600)
# https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html
REDACTABLE = frozenset({"UriPath", "QueryString", "SingleHeader", "Method"})
GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")


def _invalid(message: str) -> Refusal:
    return Refusal("WAFInvalidParameterException", message)


def rules_are_in_an_order(call: Call) -> None:
    """Refuses duplicate rule names or priorities.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
    """
    rules: Sequence[Mapping[str, Any]] = call.parameters.get("Rules") or ()
    for member in ("Name", "Priority"):
        for value, times in Counter(rule[member] for rule in rules).items():
            if times > 1:
                raise _invalid(f"Rules: {times} have the {member} {value!r}")


def rules_do_one_thing(call: Call) -> None:
    """Refuses a rule with the wrong kind of action (rule groups need OverrideAction, others
    Action), and a rule without exactly one statement.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
    """
    for place, rule in enumerate(call.parameters.get("Rules") or ()):
        statement = part(rule, "Statement")
        if len(statement) != 1:
            raise _invalid(f"Rules[{place}].Statement: {len(statement)} statements, not one")
        wanted, other = "Action", "OverrideAction"
        if next(iter(statement)) in GROUPS:
            wanted, other = other, wanted
        if wanted not in rule or other in rule:
            raise _invalid(f"Rules[{place}]: {wanted} is needed here, and {other} not")
        if len(rule[wanted]) != 1:
            raise _invalid(f"Rules[{place}].{wanted}: {len(rule[wanted])} actions, not one")


def statements_are_taken(call: Call) -> None:
    """Refuses rates over unsupported windows, searches for an empty or overlong string, text
    transformations without distinct priorities, and unknown AWS rule groups.

    https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    """
    for where, kind, body in _statements(call):
        match kind:
            case "RateBasedStatement":
                if (window := body.get("EvaluationWindowSec", WINDOWS[2])) not in WINDOWS:
                    raise _invalid(f"{where}.EvaluationWindowSec: {window}, not one of {WINDOWS}")
            case "ManagedRuleGroupStatement":
                known = body["VendorName"] != "AWS" or body["Name"] in MANAGED_GROUPS
                if not known:
                    raise Refusal(
                        "WAFNonexistentItemException",
                        f"{where}.Name: AWS has no group of rules {body['Name']!r}",
                    )
            case "ByteMatchStatement":
                size = len(body["SearchString"])
                if not 1 <= size <= LONGEST_SEARCH:
                    raise _invalid(f"{where}.SearchString: {size} bytes, not 1 to {LONGEST_SEARCH}")
            case "AndStatement" | "OrStatement":
                if (size := len(body["Statements"])) < 2:  # noqa: PLR2004
                    raise _invalid(f"{where}.Statements: {size}, not two or more")
            case _:
                pass
        order = [one["Priority"] for one in body.get("TextTransformations") or ()]
        if len(set(order)) < len(order):
            raise _invalid(f"{where}.TextTransformations: several of one Priority")


def _statements(call: Call) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    def below(where: str, statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
        for kind, body in statement.items():
            here = f"{where}.{kind}"
            yield here, kind, body
            for place, inner in enumerate(body.get("Statements") or ()):
                yield from below(f"{here}.Statements[{place}]", inner)
            for name in ("Statement", "ScopeDownStatement"):
                yield from below(f"{here}.{name}", part(body, name))

    for place, rule in enumerate(call.parameters.get("Rules") or ()):
        yield from below(f"Rules[{place}].Statement", part(rule, "Statement"))


def firewalls_have_capacity(call: Call) -> None:
    """Refuses rules of more than 5,000 web ACL capacity units in total, and more than ten
    rate-based rules.

    https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
    """
    if (units := capacity(call.parameters.get("Rules") or ())) > MOST_CAPACITY:
        raise _invalid(
            "Error reason: You exceeded the capacity limit for a rule group or web ACL., "
            f"Rules: {units:,} web ACL capacity units, of at most {MOST_CAPACITY:,}"
        )
    rates = sum(kind == "RateBasedStatement" for _, kind, _ in _statements(call))
    if rates > MOST_RATE_RULES:
        raise Refusal(
            "WAFLimitsExceededException", f"Rules: {rates} rates, of at most {MOST_RATE_RULES}"
        )


def ip_sets_are_there(call: Call) -> None:
    """Refuses a rule that refers to an IP set that does not exist.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSetReferenceStatement.html
    """
    backend: Any = wafv2_backends[call.account][call.region]
    there = {one.arn for one in backend.ip_sets.values()}
    for where, kind, body in _statements(call):
        if kind == "IPSetReferenceStatement" and body["ARN"] not in there:
            raise Refusal("WAFNonexistentItemException", f"{where}.ARN: there is no {body['ARN']}")


def ip_sets_have_ranges(call: Call) -> None:
    """Refuses addresses that are not CIDR ranges, ranges that cover all addresses, and ranges of
    the wrong IP version.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html
    """
    addresses: Sequence[str] = call.parameters["Addresses"]
    if len(addresses) > MOST_ADDRESSES:
        raise Refusal(
            "WAFLimitsExceededException", f"Addresses: {len(addresses):,}, of at most 10,000"
        )
    version = call.parameters.get("IPAddressVersion", "")
    for place, address in enumerate(addresses):
        where = f"Addresses[{place}]: {address!r}"
        try:
            network = ipaddress.ip_network(address)
        except ValueError:
            network = None
        if network is None or "/" not in address:
            raise _invalid(f"{where} is not a CIDR range without host bits")
        if network.prefixlen == 0:
            raise _invalid(f"{where} is everything: WAF takes all ranges but /0")
        if version and version != f"IPV{network.version}":
            raise _invalid(f"{where} is not of IPAddressVersion {version}")


def logs_hide_what_can_be_hidden(call: Call) -> None:
    """Refuses redacting fields that WAF cannot redact.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html
    """
    fields = part(call.parameters, "LoggingConfiguration").get("RedactedFields") or ()
    for place, field in enumerate(fields):
        if len(field) != 1 or not field.keys() <= REDACTABLE:
            raise _invalid(
                f"LoggingConfiguration.RedactedFields[{place}]: {', '.join(field) or 'nothing'}, "
                f"not one of {', '.join(sorted(REDACTABLE))}"
            )


def firewalls_protect_what_is_there(call: Call) -> None:
    """Refuses protecting a load balancer that does not exist or is in another region.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
    """
    arn: str = call.parameters["ResourceArn"]
    if ":elasticloadbalancing:" not in arn:
        return
    balancers: Any = elbv2_backends[call.account][call.region].load_balancers
    if arn.split(":")[3] != call.region or arn not in balancers:
        raise Refusal(
            "WAFUnavailableEntityException",
            f"ResourceArn: there is no load balancer {arn} in {call.region}",
        )


_ACL = (
    rules_are_in_an_order,
    rules_do_one_thing,
    statements_are_taken,
    ip_sets_are_there,
    firewalls_have_capacity,
)


def what_is_used_stays(call: Call) -> None:
    """Refuses deleting a firewall that protects a resource, or an IP set that a firewall uses.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html
    https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteIPSet.html
    """
    backend: Any = wafv2_backends[call.account][call.region]
    balancers: Any = elbv2_backends[call.account][call.region].load_balancers
    own = call.parameters["Id"]
    for firewall in backend.wacls.values():
        if call.operation == "DeleteWebACL":
            here = [one for one in firewall.associated_resources if one in balancers]
            users = here if firewall.id == own else []
        else:
            users = [firewall.arn] if f"/{own}'" in str(firewall.to_dict()) else []
        if users:
            raise Refusal(
                "WAFAssociatedItemException", f"Id: {own} is in use by {users[0]}: end that first"
            )


RULES: Rules = {
    ("wafv2", "DeleteWebACL"): (what_is_used_stays,),
    ("wafv2", "DeleteIPSet"): (what_is_used_stays,),
    ("wafv2", "CreateWebACL"): _ACL,
    ("wafv2", "UpdateWebACL"): _ACL,
    ("wafv2", "CheckCapacity"): _ACL,
    ("wafv2", "CreateIPSet"): (ip_sets_have_ranges,),
    ("wafv2", "UpdateIPSet"): (ip_sets_have_ranges,),
    ("wafv2", "PutLoggingConfiguration"): (logs_hide_what_can_be_hidden,),
    ("wafv2", "AssociateWebACL"): (firewalls_protect_what_is_there,),
}
