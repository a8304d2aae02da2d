"""Our own rules: the emitted stacks keep them, and every rule notices a violation."""

import inspect
import io
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from emitted import Deployment
from environments.loading import check
from policy.check import Broken, broken
from policy.rules import RULES, SUBJECTS
from tests.conftest import EXAMPLE_NAMES
from tests.environments.generated import files
from tests.policy.conftest import VARIANTS, Deploy, copied
from tests.policy.sabotages import SABOTAGES, RuleSabotage
from tests.synthesis import Stacks

# Broken when no one is subscribed to alarms.
UNHEARD = {"topic_has_a_subscriber"}


@pytest.fixture(scope="module")
def after(deployed: Deploy) -> Callable[[RuleSabotage], list[Broken]]:
    """The findings after a violation."""

    @cache
    def found(one: RuleSabotage) -> list[Broken]:
        before = deployed(one.example)
        stacks = copied(before)
        one.apply(stacks)
        assert stacks != before.stacks, "the violation changes nothing"
        return broken(Deployment(before.environment, stacks))

    return found


@pytest.mark.parametrize("name", [*EXAMPLE_NAMES, *VARIANTS])
def test_what_is_emitted_keeps_every_rule(deployed: Deploy, name: str) -> None:
    allowed = set() if name == "alerted" else UNHEARD
    assert [one for one in broken(deployed(name)) if one.rule.name not in allowed] == []


@settings(max_examples=2)
@given(file=files())
def test_what_any_valid_file_becomes_keeps_every_rule(file: dict[str, Any]) -> None:
    environment = check(file, "generated.toml")
    emitted = Stacks(environment)
    deployment = Deployment(environment, {name: stack.json for name, stack in emitted.items()})
    assert [one for one in broken(deployment) if one.rule.name not in UNHEARD] == []


@pytest.mark.parametrize(
    "one", SABOTAGES, ids=lambda one: f"{one.rule.__name__}: {one.what}".replace(" ", "-")
)
def test_a_violation_turns_its_rule_red_and_no_other(
    after: Callable[[RuleSabotage], list[Broken]], one: RuleSabotage
) -> None:
    assert {found.rule.name for found in after(one)} == one.red


def test_every_rule_is_violated() -> None:
    """A rule that nothing violates would be for show."""
    assert {rule.name for rule in RULES} - {one.rule.__name__ for one in SABOTAGES} == set()
    assert len({(one.rule, one.what) for one in SABOTAGES}) == len(SABOTAGES)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
def test_every_function_that_finds_something_is_a_rule(subject: ModuleType) -> None:
    """A function without a decorator would check nothing."""
    finders = {
        name
        for name, function in inspect.getmembers(subject, inspect.isfunction)
        if function.__module__ == subject.__name__
        and "Iterator[policy.finding.Finding]" in str(inspect.signature(function))
    }
    names = {rule.name for rule in RULES}
    assert finders
    assert finders <= names


def test_every_rule_says_what_it_wants_why_and_where_that_is_written() -> None:
    for rule in RULES:
        assert rule.wants.endswith("."), rule.name
        assert "](https://" in rule.why, rule.name
        assert "|" not in rule.wants + rule.why, rule.name
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_the_sabotages_are_shown_with_what_was_found(
    after: Callable[[RuleSabotage], list[Broken]], report: Callable[[str], None]
) -> None:
    table = Table("sabotage", "rule", "where", "found", "wanted", box=SIMPLE_HEAD, pad_edge=False)
    for one in SABOTAGES:
        own = [broken for broken in after(one) if broken.rule.check is one.rule]
        assert own, one.what
        finding = own[0].finding
        where = f"{finding.stack}: {finding.address}"
        table.add_row(one.what, one.rule.__name__, where, finding.wrong, finding.wanted)
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(table)
    report(console.export_text())
