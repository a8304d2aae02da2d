"""An environment's stacks: their resources, the references between them, and policy statements."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from emitted.terraform_json import Json, of_type, region_of, regions_of
from environments import Environment
from terminal.errors import OperationError

# The address of a data source starts with `data.`, and refers to nothing that a stack creates.
REFERENCE = re.compile(r"(?<![\w.])(aws_\w+\.\w+)")


@dataclass(frozen=True)
class Resource:
    """One resource of a stack. region: its provider's region."""

    stack: str
    address: str
    region: str
    body: Json

    def get(self, *path: str) -> Any:
        """The value at this path of nested blocks, or None. Takes the first of repeated blocks."""
        found: Any = self.body
        for name in path:
            first = next(iter(blocks(found)), None)
            found = None if first is None else first.get(name)
        return found

    def statements(self, field: str = "policy") -> list[Json]:
        """The statements of the policy in this argument. Raises OperationError if it is not a
        policy."""
        text = self.body.get(field) or '{"Statement": []}'
        try:
            return blocks(json.loads(text)["Statement"])
        except (ValueError, KeyError, TypeError):
            raise OperationError(
                f"{self.stack}: {self.address} has a {field} that is not a JSON policy"
            ) from None


class Deployment:
    """One environment's stacks, by name. Raises OperationError for a missing one.
    Reading the resources of a malformed one raises it too."""

    def __init__(self, environment: Environment, stacks: Mapping[str, Json]) -> None:
        self.environment = environment
        self.stacks = stacks
        missing = [name for name in environment.stacks if name not in stacks]
        if missing:
            raise OperationError(f"there is no stack {', '.join(missing)}")

    @cached_property
    def _by_kind(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for name in self.environment.stacks:
            for one in _resources(name, self.stacks[name]):
                found.setdefault(one.address.partition(".")[0], []).append(one)
        return found

    @cached_property
    def _by_address(self) -> dict[tuple[str, str], Resource]:
        return {(one.stack, one.address): one for one in self.every_resource()}

    def resources(self, *kinds: str, stack: str | None = None) -> Iterator[Resource]:
        """Resources of these types, in all stacks or in one."""
        for kind in kinds:
            for one in self._by_kind.get(kind, ()):
                if stack in (None, one.stack):
                    yield one

    def every_resource(self) -> Iterator[Resource]:
        """All resources, by type."""
        return (one for found in self._by_kind.values() for one in found)

    def named(self, by: Resource, value: Any) -> Resource | None:
        """The resource in the same stack that a value refers to."""
        found = (self._by_address.get((by.stack, one)) for one in sorted(references(value)))
        return next((one for one in found if one), None)

    def naming(self, kind: str, field: str, target: Resource) -> list[Resource]:
        """The resources of a type, in the same stack, whose argument refers to this one."""
        return [
            one
            for one in self.resources(kind, stack=target.stack)
            if target.address in references(one.body.get(field))
        ]

    @property
    def regions(self) -> tuple[str, str]:
        """The regions of the primary and the standby."""
        return self.environment.primary.region, self.environment.dr.region


def _resources(name: str, stack: Json) -> Iterator[Resource]:
    try:
        regions = regions_of(stack)
        for kind in stack.get("resource", {}):
            for address, body in of_type(stack["resource"], kind):
                yield Resource(name, address, region_of(body, regions), body)
    except (KeyError, TypeError, AttributeError) as error:
        raise OperationError(f"the stack {name} is not what cdktf emits: {error!r}") from None


def blocks(value: Any) -> list[Json]:
    """One or several blocks as a list: Terraform's JSON may omit the list around a single one."""
    if isinstance(value, list):
        return [one for one in cast("list[Any]", value) if isinstance(one, Mapping)]
    return [cast("Json", value)] if isinstance(value, Mapping) else []


def texts(value: Any) -> list[str]:
    """One or several strings as a list: a policy may omit the list around a single one."""
    if isinstance(value, list):
        return [str(one) for one in cast("list[Any]", value)]
    return [] if value is None else [str(value)]


def is_true(value: Any) -> bool:
    """Whether an argument is true; the provider has some booleans as strings."""
    return value is True or value == "true"


def references(value: Any) -> set[str]:
    """The addresses of the resources that a value refers to, at any depth."""
    if isinstance(value, str):
        return {address for part in _parts(value) for address in REFERENCE.findall(part)}
    if isinstance(value, Mapping):
        value = list(cast("Json", value).values())
    if isinstance(value, list):
        return {found for one in cast("list[Any]", value) for found in references(one)}
    return set()


def _parts(text: str) -> list[str]:
    """The interpolations in a string."""
    return re.findall(r"\$\{(.*?)\}", text, re.DOTALL)
