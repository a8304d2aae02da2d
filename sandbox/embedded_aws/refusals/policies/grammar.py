"""The grammar of policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sandbox.embedded_aws.refusals.policies.kinds import Kind

VERSIONS = ("2012-10-17", "2008-10-17")
TOP = frozenset({"Version", "Id", "Statement"})
ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
PLAIN_SID = re.compile(r"[A-Za-z0-9]*")


class PolicyError(ValueError):
    """What is wrong with a policy: where, what, and what would be allowed."""


class TooLongError(PolicyError):
    """The policy is too long, for which some services have their own error."""


@dataclass(frozen=True)
class Statement:
    """One statement.

    where: its place, such as Statement[0].
    principal: as written; None without one.
    actions, resources: their patterns, empty without them; `not_actions` and `not_resources` say
    whether they are exclusions.
    conditions: operator, key, values.
    """

    where: str
    allows: bool
    principal: Any
    not_principal: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]


def read(text: str, kind: Kind) -> tuple[Statement, ...]:
    """The statements of a policy. Raises PolicyError if it breaks the grammar, TooLongError if it
    is too long."""
    counted = text if kind.counts_spaces else re.sub(r"\s", "", text)
    if (size := len(counted.encode())) > kind.most:
        raise TooLongError(f"has {size:,} bytes, of at most {kind.most:,} for {kind.name}")
    document = _document(text)
    _known(document, TOP, "the policy")
    if (version := document.get("Version", VERSIONS[1])) not in VERSIONS:
        raise PolicyError(f"Version: {version!r}, not one of {', '.join(VERSIONS)}")
    if not isinstance(document.get("Id", ""), str):
        raise PolicyError("Id: not a string")
    given: Any = document.get("Statement")
    listed = cast("list[Any]", given if isinstance(given, list) else [given])
    if given is None or not listed:
        raise PolicyError("Statement: there is none")
    _check_sids(listed, kind)
    return tuple(_statement(one, f"Statement[{place}]", kind) for place, one in enumerate(listed))


def _document(text: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise PolicyError(f"the element {key!r} is there twice in one object")
            found[key] = value
        return found

    try:
        document = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise PolicyError(f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise PolicyError("not a JSON object")
    return cast("dict[str, Any]", document)


def _known(document: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for name in document.keys() - known:
        raise PolicyError(
            f"{where} has no element {name!r}; it may have {', '.join(sorted(known))}"
        )


def _check_sids(statements: list[Any], kind: Kind) -> None:
    seen: set[str] = set()
    for place, one in enumerate(statements):
        sid = cast("dict[str, Any]", one).get("Sid") if isinstance(one, dict) else None
        if sid is None:
            continue
        where = f"Statement[{place}].Sid"
        if not isinstance(sid, str):
            raise PolicyError(f"{where}: not a string")
        if kind.plain_sids and not PLAIN_SID.fullmatch(sid):
            raise PolicyError(f"{where}: {sid!r} has other characters than letters and digits")
        if sid and sid in seen:
            raise PolicyError(f"{where}: {sid!r} is there twice")
        seen.add(sid)


def _statement(one: Any, where: str, kind: Kind) -> Statement:
    if not isinstance(one, dict):
        raise PolicyError(f"{where}: not an object")
    given = cast("dict[str, Any]", one)
    _known(given, ELEMENTS, where)
    if (effect := given.get("Effect")) not in ("Allow", "Deny"):
        raise PolicyError(f"{where}.Effect: {effect!r}, not Allow or Deny")
    principal, not_principal = _either(given, "Principal", where, kind.principals, kind)
    if not_principal and (effect == "Allow" or not kind.resources):
        raise PolicyError(f"{where}.NotPrincipal: only with Deny, and not in a trust policy")
    actions, not_actions = _either(given, "Action", where, True, kind)
    resources, not_resources = _either(given, "Resource", where, kind.resources, kind)
    return Statement(
        where=where,
        allows=effect == "Allow",
        principal=principal,
        not_principal=not_principal,
        actions=_strings(actions, f"{where}.Action"),
        not_actions=not_actions,
        resources=_strings(resources, f"{where}.Resource") if kind.resources else (),
        not_resources=not_resources,
        conditions=_conditions(given.get("Condition"), f"{where}.Condition"),
    )


def _either(
    given: Mapping[str, Any], name: str, where: str, wanted: bool, kind: Kind
) -> tuple[Any, bool]:
    """The element `name` or its Not counterpart, and whether it is the latter."""
    there = [each for each in (name, f"Not{name}") if each in given]
    if not wanted and there:
        raise PolicyError(f"{where}.{there[0]}: not in {kind.name}")
    if wanted and len(there) != 1:
        raise PolicyError(f"{where}: {kind.name} has either {name} or Not{name} in each statement")
    return (given[there[0]], there[0] != name) if there else (None, False)


def _strings(value: Any, where: str) -> tuple[str, ...]:
    listed = cast("list[Any]", value if isinstance(value, list) else [value])
    if not listed:
        raise PolicyError(f"{where}: an empty list")
    for one in listed:
        if not isinstance(one, str):
            raise PolicyError(f"{where}: {one!r} is not a string")
        if not one:
            raise PolicyError(f"{where}: an empty string")
    return tuple(listed)


def _conditions(given: Any, where: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    if given is None:
        return ()
    if not isinstance(given, dict):
        raise PolicyError(f"{where}: not an object")
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for operator, keys in cast("dict[str, Any]", given).items():
        if not isinstance(keys, dict) or not keys:
            raise PolicyError(f"{where}.{operator}: not an object of keys and values")
        for key, values in cast("dict[str, Any]", keys).items():
            found.append((operator, key, _values(values, f"{where}.{operator}.{key}")))
    return tuple(found)


def _values(given: Any, where: str) -> tuple[str, ...]:
    listed = cast("list[Any]", given if isinstance(given, list) else [given])
    if not listed:
        raise PolicyError(f"{where}: an empty list")
    for one in listed:
        if not isinstance(one, str | bool | int | float):
            raise PolicyError(f"{where}: {one!r} is not a string, number or boolean")
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)
