"""Synthesises an environment in this process, and applies cdktf's matchers to the result."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from cdktf import TerraformStack
from cdktf import Testing as CdktfTesting

import stacks
from emitted import stack_file, stack_files
from environments import Environment, load_environment

EXAMPLES = Path(__file__).parent / "examples"
EXAMPLE_NAMES = ("mission", "staging")


def example(name: str) -> Environment:
    """A frozen environment: tests of it hold whatever changes in the shipped ones."""
    return load_environment(name, folder=EXAMPLES)


class Testing(CdktfTesting):
    """cdktf's class, whose `synth_scope` cannot take a Python function: jsii passes none to
    Node."""

    __test__ = False  # pytest would collect a class of this name

    @classmethod
    def synth_scope(cls, fn: Callable[[TerraformStack], object]) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The JSON, without metadata, of a stack to which `fn` has added something."""
        stack = TerraformStack(cls.app(), "stack")
        fn(stack)
        return cls.synth(stack)


class Stack:
    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text)

    def resources(self, kind: type[Any]) -> dict[str, dict[str, Any]]:
        """The resources of one type by logical ID, as emitted."""
        return self.json.get("resource", {}).get(kind.TF_RESOURCE_TYPE, {})

    def only(self, kind: type[Any]) -> dict[str, Any]:
        """The only resource of a type."""
        (resource,) = self.resources(kind).values()
        return resource

    def has(self, kind: type[Any], **properties: Any) -> bool:
        """Whether cdktf's matcher finds a resource with these properties."""
        assert None not in properties.values(), "the matcher takes None for anything"
        found = CdktfTesting.to_have_resource_with_properties(
            self.text, kind.TF_RESOURCE_TYPE, properties
        )
        return found is True

    @property
    def outputs(self) -> dict[str, Any]:
        return {name: body["value"] for name, body in self.json["output"].items()}

    @property
    def resource_count(self) -> int:
        return sum(map(len, self.json["resource"].values()))


class Stacks(Mapping[str, Stack]):
    """An environment's stacks by name. Each is synthesised once a run, when a test first asks for
    it: what a test does not look at costs nothing."""

    shared: Path | None = None
    """A folder of all workers, for what is synthesised."""
    _texts: dict[tuple[str, str], str] = {}

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._content = environment.model_dump_json()
        self._stacks: dict[str, Stack] = {}

    def __getitem__(self, name: str) -> Stack:
        if name not in self._environment.stacks:
            raise KeyError(name)
        if name not in self._stacks:
            self._stacks[name] = Stack(self._text(name))
        return self._stacks[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment.stacks)

    def __len__(self) -> int:
        return len(self._environment.stacks)

    def _text(self, name: str) -> str:
        key = (self._content, name)
        if key not in self._texts:
            self._texts[key] = self._found(name) or self._synthesised(name)
        return self._texts[key]

    def _found(self, name: str) -> str | None:
        """What another worker has synthesised."""
        kept = self._kept(name)
        return kept.read_text() if kept is not None and kept.exists() else None

    def _synthesised(self, name: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            stacks.synthesise(self._environment, Path(folder), [name])
            text = stack_file(Path(folder), name).read_text()
        kept = self._kept(name)
        if kept is not None:
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_text(text)
            unfinished.replace(kept)
        return text

    def _kept(self, name: str) -> Path | None:
        digest = hashlib.sha256(f"{name}{self._content}".encode()).hexdigest()
        return self.shared / digest if self.shared else None


def synthesise(
    environment: Environment, outdir: Path, names: Collection[str] | None = None
) -> dict[str, Stack]:
    """The environment's stacks by name, written below `outdir`. names: those to write, if not
    all."""
    stacks.synthesise(environment, outdir, names)
    return {
        file.parent.name: Stack(file.read_text())
        for file in stack_files(outdir, environment.stacks if names is None else names)
    }
