"""One expectation, and whether it holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """expected, measured: for people."""

    expected: str
    measured: str
    holds: bool
