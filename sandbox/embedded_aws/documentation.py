"""Generates the tables of docs/embedded-aws.md; `make snapshot` writes them there."""

import re
from collections import defaultdict
from pathlib import Path

from sandbox.embedded_aws.calls.departures import DEPARTURES
from sandbox.embedded_aws.refusals import RULES, Rule
from sandbox.embedded_aws.refusals.rule import STRICTER

FILE = Path(__file__).parent.parent.parent / "docs" / "embedded-aws.md"
FEW = 3
ADDRESS = re.compile(r"https://\S+")


def documented(text: str) -> str:
    """The page `text`, with the tables between its markers regenerated."""
    for name, table in (("rules", rules_table()), ("departures", departures_table())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table}{end}{after}"
    return text


def rules_table() -> str:
    """A row for each rule, with the services and operations that it applies to."""
    asked: defaultdict[Rule, list[tuple[str, str]]] = defaultdict(list)
    for operation, rules in RULES.items():
        for rule in rules:
            asked[rule].append(operation)
    rows = sorted((*_operations(found), *_refused(rule)) for rule, found in asked.items())
    lines = [f"| {service} | {name} | {refused} |" for service, name, refused in rows]
    return "\n".join(["| service | operations | refuses |", "| --- | --- | --- |", *lines, ""])


def departures_table() -> str:
    """A row for each place where a model is stricter than its service."""
    lines = [
        f"| {one.service} | `{one.shape}` | {one.kind} | {one.evidence} |" for one in DEPARTURES
    ]
    return "\n".join(
        [
            "| service | shape | ignored constraint | evidence |",
            "| --- | --- | --- | --- |",
            *lines,
            "",
        ]
    )


def _operations(found: list[tuple[str, str]]) -> tuple[str, str]:
    services = sorted({service for service, _ in found})
    names = sorted(name for _, name in found)
    if len(services) > 1:
        return ", ".join(services), f"{len(names)} operations"
    shown = ", ".join(f"`{name}`" for name in names[:FEW])
    return services[0], shown + (f" and {len(names) - FEW} more" if len(names) > FEW else "")


def _refused(rule: Rule) -> tuple[str]:
    """The rule's docstring, linked to the first page that it cites."""
    said = " ".join((rule.__doc__ or "").split())
    address = ADDRESS.search(said)
    text = ADDRESS.sub("", said).strip().removeprefix("Refuses ")
    text = f"{text[:1].upper()}{text[1:]}".replace("|", "\\|")
    text = f"{text} [Page]({address[0]})" if address else text
    taken = STRICTER.get(rule)
    return (f"{text} **Stricter than AWS:** {taken}" if taken else text,)
