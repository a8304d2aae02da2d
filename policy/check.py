"""Runs the rules over the stacks, and lists what they want."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from emitted import Deployment
from policy.finding import Finding
from policy.rule import Rule
from policy.rules import RULES
from terminal.errors import OperationError

HEADINGS = ("rule", "level", "requirement", "why")


@dataclass(frozen=True)
class Broken:
    """A rule and a finding that breaks it."""

    rule: Rule
    finding: Finding


def broken(deployment: Deployment) -> list[Broken]:
    """Everything that breaks a rule, errors first. Raises OperationError for malformed stacks,
    which Terraform could not read either."""
    found: list[Broken] = []
    for rule in RULES:
        try:
            found += [Broken(rule, finding) for finding in rule.check(deployment)]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise OperationError(f"{rule.name} cannot read the stacks: {error!r}") from error
    return sorted(found, key=lambda one: one.rule.level)


def findings_table(found: Sequence[Broken]) -> Table:
    """One row for each finding."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("level", "rule", "stack", "resource", "found", "expected"):
        table.add_column(heading, overflow="fold")
    for one in found:
        finding = one.finding
        table.add_row(
            one.rule.level,
            one.rule.name,
            finding.stack,
            finding.address,
            finding.wrong,
            finding.wanted,
        )
    return table


def rules_table() -> Table:
    """One row for each rule."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS[:-1]:
        table.add_column(heading, overflow="fold")
    for rule in RULES:
        table.add_row(rule.name, rule.level, rule.wants)
    return table


def rules_markdown() -> str:
    """The rules by subject, for docs/rules.md."""
    return "\n".join(_markdown_lines())


def _markdown_lines() -> Iterator[str]:
    subjects = dict.fromkeys(rule.subject for rule in RULES)
    for subject in subjects:
        yield from (f"## {subject.capitalize()}", "")
        yield f"| {' | '.join(HEADINGS)} |"
        yield f"| {' | '.join('---' for _ in HEADINGS)} |"
        for rule in RULES:
            if rule.subject == subject:
                yield f"| `{rule.name}` | {rule.level} | {rule.wants} | {rule.why} |"
        yield ""
