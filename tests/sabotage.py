"""Breaks what is emitted, one thing at a time: edits stacks by name, in place.

`where` is a resource's address, or its type alone for the first one of the stack. Whoever wants to
know whether a check of the stacks would notice, adds to the sabotages of that check."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Stacks = dict[str, Any]
Edit = Callable[[Stacks], object]
Statements = list[dict[str, Any]]


@dataclass(frozen=True)
class Sabotage:
    """One way to break the stacks. what: what is wrong then, for the test's name."""

    what: str
    apply: Edit


def resources(stacks: Stacks, stack: str, where: str) -> dict[str, Any]:
    return stacks[stack]["resource"][where.partition(".")[0]]


def body(stacks: Stacks, stack: str, where: str) -> dict[str, Any]:
    name = where.partition(".")[2]
    found = resources(stacks, stack, where)
    return found[name] if name else next(iter(found.values()))


def put(stack: str, where: str, path: str, value: Any) -> Edit:
    """Sets what is at a path of blocks; None takes it away."""

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
    """Changes a block's arguments, which must be others than before."""
    assert found != {**found, **changes}, "the sabotage changes nothing"
    found |= changes


def changes(stack: str, where: str, **changed: Any) -> Edit:
    """With other arguments of a resource."""
    return lambda stacks: change(body(stacks, stack, where), **changed)


def gone(stack: str, *addresses: str) -> Edit:
    """Without these resources, or without all of a type."""

    def apply(stacks: Stacks) -> None:
        for where in addresses:
            kind, _, name = where.partition(".")
            if name:
                del stacks[stack]["resource"][kind][name]
            else:
                del stacks[stack]["resource"][kind]

    return apply


def add(stack: str, where: str, **arguments: Any) -> Edit:
    """With one more resource."""

    def apply(stacks: Stacks) -> None:
        kind, _, name = where.partition(".")
        stacks[stack]["resource"].setdefault(kind, {})[name] = dict(arguments)

    return apply


def copied(stack: str, where: str, name: str, **changes: Any) -> Edit:
    """With a copy of a resource under another name."""

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
    """With other statements in a policy."""

    def apply(stacks: Stacks) -> None:
        found = body(stacks, stack, where)
        document = json.loads(found[field])
        edit(document["Statement"])
        found[field] = json.dumps(document)

    return apply


def without_action(action: str) -> Callable[[Statements], None]:
    """Without the statements that name an action."""

    def edit(found: Statements) -> None:
        found[:] = [one for one in found if action not in one["Action"]]

    return edit


def without_condition(key: str) -> Callable[[Statements], None]:
    """Without the conditions of the statements that have one on this key."""

    def edit(found: Statements) -> None:
        for one in found:
            if key in json.dumps(one.get("Condition", {})):
                del one["Condition"]

    return edit


def allowing(action: str | list[str], on: str, **further: Any) -> Callable[[Statements], None]:
    """With one more statement."""

    def edit(found: Statements) -> None:
        found.append({"Effect": "Allow", "Action": action, "Resource": on, **further})

    return edit


def without_denials(found: Statements) -> None:
    found[:] = [one for one in found if one["Effect"] == "Allow"]
