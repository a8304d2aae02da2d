"""Breaks the emitted stacks, one thing at a time, by editing them in place.

`where` is a resource's address, or just its type for the stack's first one. To find out whether a
check of the stacks would notice a mistake, add it to that check's sabotages.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Stacks = dict[str, Any]
Edit = Callable[[Stacks], object]
Statements = list[dict[str, Any]]


@dataclass(frozen=True)
class Sabotage:
    """One way to break the stacks. what: what is then wrong, for the test's name."""

    what: str
    apply: Edit


def resources(stacks: Stacks, stack: str, where: str) -> dict[str, Any]:
    return stacks[stack]["resource"][where.partition(".")[0]]


def body(stacks: Stacks, stack: str, where: str) -> dict[str, Any]:
    name = where.partition(".")[2]
    found = resources(stacks, stack, where)
    return found[name] if name else next(iter(found.values()))


def put(stack: str, where: str, path: str, value: Any) -> Edit:
    """Sets the value at a path of blocks; None removes it."""

    def apply(stacks: Stacks) -> None:
        found: Any = body(stacks, stack, where)
        *blocks, field = path.split(".")
        for name in blocks:
            found = found[0] if isinstance(found, list) else found
            found = found.setdefault(name, {})
        found = found[0] if isinstance(found, list) else found
        if value is None:
            del found[field]
        else:
            found[field] = value

    return apply


def change(found: dict[str, Any], **changes: Any) -> None:
    """Changes a block's arguments, which must differ from before."""
    assert found != {**found, **changes}, "the sabotage changes nothing"
    found |= changes


def changes(stack: str, where: str, **changed: Any) -> Edit:
    """Changes arguments of a resource."""
    return lambda stacks: change(body(stacks, stack, where), **changed)


def gone(stack: str, *addresses: str) -> Edit:
    """Removes these resources, or all of a type."""

    def apply(stacks: Stacks) -> None:
        for where in addresses:
            kind, _, name = where.partition(".")
            if name:
                del stacks[stack]["resource"][kind][name]
            else:
                del stacks[stack]["resource"][kind]

    return apply


def add(stack: str, where: str, **arguments: Any) -> Edit:
    """Adds a resource."""

    def apply(stacks: Stacks) -> None:
        kind, _, name = where.partition(".")
        stacks[stack]["resource"].setdefault(kind, {})[name] = dict(arguments)

    return apply


def copied(stack: str, where: str, name: str, **changes: Any) -> Edit:
    """Adds a copy of a resource under another name."""

    def apply(stacks: Stacks) -> None:
        resources(stacks, stack, where)[name] = {**body(stacks, stack, where), **changes}

    return apply


def both(*edits: Edit) -> Edit:
    def apply(stacks: Stacks) -> None:
        for edit in edits:
            edit(stacks)

    return apply


def statements(
    stack: str, where: str, edit: Callable[[Statements], None], field: str = "policy"
) -> Edit:
    """Edits the statements of a policy."""

    def apply(stacks: Stacks) -> None:
        found = body(stacks, stack, where)
        document = json.loads(found[field])
        edit(document["Statement"])
        found[field] = json.dumps(document)

    return apply


def without_action(action: str) -> Callable[[Statements], None]:
    """Removes the statements that name an action."""

    def edit(found: Statements) -> None:
        found[:] = [one for one in found if action not in one["Action"]]

    return edit


def without_condition(key: str) -> Callable[[Statements], None]:
    """Removes the conditions from statements that have one on this key."""

    def edit(found: Statements) -> None:
        for one in found:
            if key in json.dumps(one.get("Condition", {})):
                del one["Condition"]

    return edit


def allowing(action: str | list[str], on: str, **further: Any) -> Callable[[Statements], None]:
    """Adds a statement."""

    def edit(found: Statements) -> None:
        found.append({"Effect": "Allow", "Action": action, "Resource": on, **further})

    return edit


def without_denials(found: Statements) -> None:
    found[:] = [one for one in found if one["Effect"] == "Allow"]
