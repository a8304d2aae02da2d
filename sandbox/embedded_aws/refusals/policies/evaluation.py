"""Whether a resource's policy lets an AWS service, or anybody, in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import fnmatch
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from sandbox.embedded_aws.refusals.policies import kinds, principals
from sandbox.embedded_aws.refusals.policies.conditions import family_of
from sandbox.embedded_aws.refusals.policies.grammar import Statement, read


@dataclass(frozen=True)
class PolicyRequest:
    """A service's request, or anybody's. service: its principal, such as
    logs.us-east-1.amazonaws.com; empty for anybody. context: the condition keys, in lower case."""

    service: str
    action: str
    resource: str
    context: Mapping[str, str]


def lets(policy: str | None, request: PolicyRequest) -> bool:
    """Whether the policy allows the request and does not deny it."""
    if policy is None:
        return False
    any_kind = kinds.Kind(name="a policy", code="", most=len(policy.encode()))
    matching = [one for one in read(policy, any_kind) if _matches(one, request)]
    return bool(matching) and all(one.allows for one in matching)


def _matches(statement: Statement, request: PolicyRequest) -> bool:
    named = principals.named(statement)
    is_named = ("AWS", "*") in named or ("Service", request.service) in named
    acts = any(_like(pattern, request.action) for pattern in statement.actions)
    has = any(like(pattern, request.resource) for pattern in statement.resources)
    return (
        is_named != statement.not_principal
        and acts != statement.not_actions
        and has != statement.not_resources
        and all(_meets(*condition, request.context) for condition in statement.conditions)
    )


def _meets(operator: str, key: str, values: Iterable[str], context: Mapping[str, str]) -> bool:
    given = context.get(key.lower())
    plain = operator.rpartition(":")[2]
    name = plain.removesuffix("IfExists")
    if name == "Null":
        return (given is None) == (next(iter(values)).lower() == "true")
    negative = "Not" in name
    if given is None:
        return negative or name != plain
    return any(_compared(name)(value, given) for value in values) != negative


def _compared(name: str) -> Callable[[str, str], bool]:
    """How an operator compares a policy's value with a request's."""
    match family_of(name):
        case "IPAddress":
            return lambda network, address: ip_address(address) in ip_network(network)
        case family:
            return _like if family == "Bool" or "IgnoreCase" in name else like


def like(pattern: str, value: str) -> bool:
    """Whether the value matches a pattern with * and ?, case-sensitively."""
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


def _like(pattern: str, value: str) -> bool:
    return like(pattern.lower(), value.lower())


def service_context(account: str, source: str) -> dict[str, str]:
    """The condition keys of a service's request on behalf of a resource, the ARN `source`."""
    return {
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:sourcearn": source,
        "aws:principalisawsservice": "true",
        "aws:securetransport": "true",
    }
