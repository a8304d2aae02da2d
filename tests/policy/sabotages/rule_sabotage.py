"""A sabotage and the rule that must notice it."""

from dataclasses import dataclass

from policy.rule import Function
from tests.sabotage import Edit, Sabotage


@dataclass(frozen=True)
class RuleSabotage(Sabotage):
    """also: rules that unavoidably turn red as well. example: the environment."""

    rule: Function
    also: frozenset[str] = frozenset()
    example: str = "alerted"

    @property
    def red(self) -> set[str]:
        """The rules that must turn red, exactly."""
        return {self.rule.__name__, *self.also}


def violates(
    rule: Function, what: str, apply: Edit, *also: Function, example: str = "alerted"
) -> RuleSabotage:
    return RuleSabotage(what, apply, rule, frozenset(one.__name__ for one in also), example)
