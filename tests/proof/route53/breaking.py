"""How the model's sabotages edit records and health checks, for IPv4 and IPv6 alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.sabotage import Edit, Sabotage, Stacks, change, changes, resources

VARIANT: tuple[str, ...] = ("hot", "manual", "alias")
PRIMARY, SECONDARY = "primary_record", "secondary_record"
ENDPOINT, STANDBY = "primary_health_check", "standby_health_check"
IN_SERVICE = "primary_in_service"
# The health checks of the switch's two places.
HERE, THERE = "switch_check_standby", "switch_check_global"


@dataclass(frozen=True)
class ModelSabotage(Sabotage):
    """variant: strategy, failback, record and, for some, how users connect."""

    variant: tuple[str, ...] = VARIANT


def checks(stacks: Stacks) -> dict[str, Any]:
    return resources(stacks, "global", "aws_route53_health_check")


def records(stacks: Stacks) -> dict[str, Any]:
    return resources(stacks, "global", "aws_route53_record")


def ipv6(record: str) -> str:
    """The AAAA counterpart of an A record."""
    return f"{record}_ipv6"


def of_both_types(stacks: Stacks, record: str) -> Iterator[dict[str, Any]]:
    """A record and its AAAA counterpart, if there is one."""
    found = records(stacks)
    yield found[record]
    if ipv6(record) in found:
        yield found[ipv6(record)]


def of(check: str) -> str:
    return f"${{aws_route53_health_check.{check}.id}}"


def check(name: str, **changed: Any) -> Edit:
    return changes("global", f"aws_route53_health_check.{name}", **changed)


def record(name: str, **changed: Any) -> Edit:
    """Changes arguments of a record of both types."""

    def apply(stacks: Stacks) -> None:
        for body in of_both_types(stacks, name):
            change(body, **changed)

    return apply


def drop(name: str, field: str) -> Edit:
    """Removes an argument from a record of both types."""

    def apply(stacks: Stacks) -> None:
        for body in of_both_types(stacks, name):
            del body[field]

    return apply


def swap(field: str) -> Edit:
    """Swaps an argument between the domain's records, for both types."""

    def apply(stacks: Stacks) -> None:
        pairs = zip(of_both_types(stacks, PRIMARY), of_both_types(stacks, SECONDARY), strict=True)
        for one, other in pairs:
            one[field], other[field] = other[field], one[field]

    return apply


def ask_targets(name: str, *, ask: bool) -> Edit:
    """Sets whether an alias of both types evaluates its target's health."""

    def apply(stacks: Stacks) -> None:
        for body in of_both_types(stacks, name):
            change(body["alias"], evaluate_target_health=ask)

    return apply
