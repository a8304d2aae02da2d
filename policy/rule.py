"""A rule: one function, whose name is the rule's and whose docstring says what it wants and why."""

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
    """check: what finds the findings. level: with an error, the check of the stacks fails."""

    check: Function
    level: Level

    @property
    def name(self) -> str:
        """The function's."""
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
        """The module's name, in words."""
        return self.check.__module__.rpartition(".")[2].replace("_", " ")

    @property
    def _paragraphs(self) -> list[str]:
        text = inspect.getdoc(self.check) or ""
        return [" ".join(part.split()) for part in text.split("\n\n")]


REGISTERED: list[Rule] = []
"""All of them, as their modules are imported."""


def error(function: Function) -> Function:
    """Makes a function a rule that must hold."""
    REGISTERED.append(Rule(function, "error"))
    return function


def warning(function: Function) -> Function:
    """Makes a function a rule that a user may break knowingly."""
    REGISTERED.append(Rule(function, "warning"))
    return function
