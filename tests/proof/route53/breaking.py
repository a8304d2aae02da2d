"""How what is emitted is broken: stacks are edited by name, in place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Stacks = dict[str, Any]
Apply = Callable[[Stacks], None]
VARIANT: tuple[str, ...] = ("hot", "manual", "alias")
PRIMARY, SECONDARY = "primary_record", "secondary_record"
ENDPOINT, STANDBY = "primary_health_check", "standby_health_check"
IN_SERVICE = "primary_in_service"
# The checks of the switch's two places.
HERE, THERE = "switch_check_standby", "switch_check_global"


@dataclass(frozen=True)
class Sabotage:
    """What is broken, how, and in which variant: strategy, failback, record and, at times, how
    users come."""

    name: str
    apply: Apply
    variant: tuple[str, ...] = VARIANT


def resources(stacks: Stacks, stack: str, kind: str) -> dict[str, Any]:
    return stacks[stack]["resource"][kind]


def checks(stacks: Stacks) -> dict[str, Any]:
    return resources(stacks, "global", "aws_route53_health_check")


def records(stacks: Stacks) -> dict[str, Any]:
    return resources(stacks, "global", "aws_route53_record")


def ipv6(record: str) -> str:
    """The AAAA record beside an A record."""
    return f"{record}_ipv6"


def of_both_types(stacks: Stacks, record: str) -> Iterator[dict[str, Any]]:
    """A record, and the AAAA one beside it, where there is one."""
    found = records(stacks)
    yield found[record]
    if ipv6(record) in found:
        yield found[ipv6(record)]


def of(check: str) -> str:
    return f"${{aws_route53_health_check.{check}.id}}"


def change(body: dict[str, Any], **changes: Any) -> None:
    assert body != {**body, **changes}, "the sabotage changes nothing"
    body |= changes


def changes(stack: str, kind: str, name: str, **changed: Any) -> Apply:
    return lambda stacks: change(resources(stacks, stack, kind)[name], **changed)


def removes(stack: str, kind: str, *names: str) -> Apply:
    def apply(stacks: Stacks) -> None:
        for name in names:
            del resources(stacks, stack, kind)[name]

    return apply


def check(name: str, **changed: Any) -> Apply:
    return changes("global", "aws_route53_health_check", name, **changed)


def record(name: str, **changed: Any) -> Apply:
    """Of both types."""

    def apply(stacks: Stacks) -> None:
        for body in of_both_types(stacks, name):
            change(body, **changed)

    return apply


def drop(name: str, field: str) -> Apply:
    """An argument of records of both types."""

    def apply(stacks: Stacks) -> None:
        for body in of_both_types(stacks, name):
            del body[field]

    return apply


def swap(field: str) -> Apply:
    """An argument of the domain's records, of both types."""

    def apply(stacks: Stacks) -> None:
        pairs = zip(of_both_types(stacks, PRIMARY), of_both_types(stacks, SECONDARY), strict=True)
        for one, other in pairs:
            one[field], other[field] = other[field], one[field]

    return apply


def ask_targets(name: str, *, ask: bool) -> Apply:
    """Of both types."""

    def apply(stacks: Stacks) -> None:
        for body in of_both_types(stacks, name):
            change(body["alias"], evaluate_target_health=ask)

    return apply
