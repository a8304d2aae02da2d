"""A rule is one function: its name is the rule's name, and its docstring says what it wants and
why."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from emitted import Deployment
from policy.finding import Finding

Level = Literal["error", "warning"]
Function = Callable[[Deployment], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """check: yields the findings. level: `error` makes the check of the stacks fail."""

    check: Function
    level: Level

    @property
    def name(self) -> str:
        return self.check.__name__

    @property
    def wants(self) -> str:
        """The docstring's first line."""
        return self._paragraphs[0]

    @property
    def why(self) -> str:
        """The rest of the docstring."""
        return " ".join(self._paragraphs[1:])

    @property
    def subject(self) -> str:
        """The module's name in words."""
        return self.check.__module__.rpartition(".")[2].replace("_", " ")

    @property
    def _paragraphs(self) -> list[str]:
        text = inspect.getdoc(self.check) or ""
        return [" ".join(part.split()) for part in text.split("\n\n")]


REGISTERED: list[Rule] = []
"""All rules, in the order in which their modules are imported."""


def error(function: Function) -> Function:
    """Registers a function as a rule that must hold."""
    REGISTERED.append(Rule(function, "error"))
    return function


def warning(function: Function) -> Function:
    """Registers a function as a rule that users may knowingly break."""
    REGISTERED.append(Rule(function, "warning"))
    return function
