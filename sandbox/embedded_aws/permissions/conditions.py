"""The Condition element of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, cast

from sandbox.embedded_aws.permissions.need import Context

Compare = Callable[[str, str], bool]
IF_EXISTS = "IfExists"
ARN_PARTS = 6


def holds(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether every key of every operator is satisfied.

    Raises NotImplementedError for an operator that the embedded AWS does not support.
    """
    return all(
        _satisfied(operator, as_list(wanted), context.get(key.lower()))
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def as_list(value: Any) -> list[str]:
    """A policy's one or more values, with booleans and numbers as the text that IAM compares."""
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


@lru_cache(4096)
def pattern(text: str) -> re.Pattern[str]:
    """A policy's pattern: * matches any characters and ? exactly one."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _satisfied(operator: str, wanted: Sequence[str], given: Sequence[str] | None) -> bool:
    if operator == "Null":
        return ("true" in wanted) == (given is None)
    over, _, rest = operator.rpartition(":")
    name = rest.removesuffix(IF_EXISTS)
    if given is None and rest.endswith(IF_EXISTS):
        return True
    if name in NEGATED:
        compare = OPERATORS[NEGATED[name]]
        # Negated operators also hold if the key is missing.
        return not any(compare(one, each) for one in given or () for each in wanted)
    if name not in OPERATORS:
        raise NotImplementedError(f"the condition operator {operator}")
    matched = [any(OPERATORS[name](one, each) for each in wanted) for one in given or ()]
    return all(matched) if over == "ForAllValues" else any(matched)


def _arn_like(given: str, wanted: str) -> bool:
    """Compares an ARN's six parts one by one."""
    parts = given.split(":", ARN_PARTS - 1), wanted.split(":", ARN_PARTS - 1)
    if len(parts[0]) != ARN_PARTS or len(parts[1]) != ARN_PARTS:
        return wanted == "*"
    return all(pattern(each).fullmatch(one) is not None for one, each in zip(*parts, strict=True))


def _in_network(given: str, wanted: str) -> bool:
    return ip_address(given) in ip_network(wanted, strict=False)


OPERATORS: dict[str, Compare] = {
    "StringEquals": lambda given, wanted: given == wanted,
    "StringEqualsIgnoreCase": lambda given, wanted: given.lower() == wanted.lower(),
    "StringLike": lambda given, wanted: pattern(wanted).fullmatch(given) is not None,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda given, wanted: given.lower() == wanted.lower(),
    "IpAddress": _in_network,
    "NumericEquals": lambda given, wanted: float(given) == float(wanted),
    "NumericLessThan": lambda given, wanted: float(given) < float(wanted),
    "NumericLessThanEquals": lambda given, wanted: float(given) <= float(wanted),
    "NumericGreaterThan": lambda given, wanted: float(given) > float(wanted),
    "NumericGreaterThanEquals": lambda given, wanted: float(given) >= float(wanted),
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
}
