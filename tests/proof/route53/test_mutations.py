"""Each sabotage of the emitted stacks is noticed by at least one check of the deployment."""

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import Environment
from proof.route53 import Configuration, UnknownToTheModelError, configuration_of
from proof.route53.bound import recovery_bound, switch_bound
from proof.route53.invariants import (
    INVARIANTS,
    broken_at_rest,
    broken_while_applied,
    violations,
)
from tests.proof.route53.breaking import ModelSabotage
from tests.proof.route53.conftest import VARIANTS, Deploy, Deployed
from tests.proof.route53.documented import PROOF_MD, documented_switch_seconds, promised
from tests.proof.route53.sabotages import SABOTAGES

# A check yields what it finds wrong, in words.
Check = Callable[[Configuration, Environment, Mapping[str, Any]], Iterator[str]]
pytestmark = pytest.mark.slow

LEAST = 125


def recovery(
    found: Configuration, environment: Environment, stacks: Mapping[str, Any]
) -> Iterator[str]:
    """The emitted settings recover within the time promised in the same JSON."""
    if recovery_bound(found, environment) != promised(stacks):
        yield "worst_case_recovery_seconds"


def switch(
    found: Configuration, environment: Environment, _stacks: Mapping[str, Any]
) -> Iterator[str]:
    """The switch moves users as soon as docs/failover.md says."""
    seconds = documented_switch_seconds()
    control = environment.failover.routing_control
    latches = environment.failover.latches and control is None
    if latches and switch_bound(found, environment) != seconds:
        yield "seconds until the switch is obeyed"


def rest(
    found: Configuration, environment: Environment, _stacks: Mapping[str, Any]
) -> Iterator[str]:
    """The emitted sizes keep the strategy's promise."""
    yield from broken_at_rest(found, environment)


def table(
    found: Configuration, environment: Environment, _stacks: Mapping[str, Any]
) -> Iterator[str]:
    """The first invariant broken by a row of the table."""
    for name, _ in itertools.islice(violations(found, environment), 1):
        yield name


def applied(
    found: Configuration, _environment: Environment, _stacks: Mapping[str, Any]
) -> Iterator[str]:
    """No wrong answer while an apply is under way, or after it was killed."""
    yield from broken_while_applied(found)


# To add a check, such as one of a timeline, add a line here.
CHECKS: dict[str, Check] = {
    "bound": recovery,
    "switch": switch,
    "rest": rest,
    "apply": applied,
    "table": table,
}


def caught(stacks: Mapping[str, Any], environment: Environment) -> list[str]:
    """The checks that turn red, and why."""
    try:
        found = configuration_of(stacks)
        return [
            f"{name}: {finding.replace('_', ' ')}"
            for name, check in CHECKS.items()
            for finding in check(found, environment, stacks)
        ]
    except UnknownToTheModelError as unknown:
        return [f"unknown to the model: {unknown}"]


@pytest.fixture(scope="module")
def after(deployed: Deploy) -> Callable[[ModelSabotage], list[str]]:
    @cache
    def noticed(sabotage: ModelSabotage) -> list[str]:
        one = deployed(*sabotage.variant)
        return caught(broken(one, sabotage), one.environment)

    return noticed


def broken(one: Deployed, sabotage: ModelSabotage) -> dict[str, Any]:
    """The stacks after a sabotage, which must change something."""
    stacks = one.copied()
    sabotage.apply(stacks)
    assert stacks != one.stacks
    return stacks


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
def test_what_is_emitted_passes_every_check(deployed: Deploy, variant: tuple[str, ...]) -> None:
    one = deployed(*variant)
    assert caught(one.stacks, one.environment) == []


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.what)
def test_a_sabotage_is_noticed(
    after: Callable[[ModelSabotage], list[str]], sabotage: ModelSabotage
) -> None:
    assert after(sabotage)


def test_the_sabotages_are_shown_with_what_noticed_them(
    after: Callable[[ModelSabotage], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert len({sabotage.what for sabotage in SABOTAGES}) == len(SABOTAGES) >= LEAST
    assert f"in {len(SABOTAGES)} ways" in PROOF_MD.read_text()
    shown = Table("sabotage", "caught by", box=SIMPLE_HEAD, pad_edge=False)
    for sabotage in SABOTAGES:
        shown.add_row(sabotage.what, "\n".join(after(sabotage)))
    with capsys.disabled():
        print()
        Console(width=160).print(shown)
    kinds = {finding.partition(":")[0] for one in SABOTAGES for finding in after(one)}
    assert kinds == {*CHECKS, "unknown to the model"}, "each check catches something"


@pytest.mark.slow
def test_every_invariant_is_broken_by_some_sabotage(deployed: Deploy) -> None:
    """An invariant that nothing breaks would be for show."""
    unbroken = {one.__name__ for one in INVARIANTS}
    for sabotage in SABOTAGES:
        one = deployed(*sabotage.variant)
        with contextlib.suppress(UnknownToTheModelError):
            found = configuration_of(broken(one, sabotage))
            for name, _ in violations(found, one.environment):
                unbroken.discard(name)
                if not unbroken:
                    return
    assert unbroken == set()
