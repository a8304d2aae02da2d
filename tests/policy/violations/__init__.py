"""Stacks that violate a rule, one at a time: each turns that rule red, and no other."""

from tests.policy.violations import dns, edge, holdings, watching, words
from tests.policy.violations.breaking import Violation

VIOLATIONS: tuple[Violation, ...] = (
    *dns.VIOLATIONS,
    *watching.VIOLATIONS,
    *edge.VIOLATIONS,
    *holdings.VIOLATIONS,
    *words.VIOLATIONS,
)

__all__ = ["VIOLATIONS", "Violation"]
