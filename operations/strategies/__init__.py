"""What each standby strategy costs and how fast it recovers, from the emitted stacks."""

from operations.strategies.table import markdown

__all__ = ["markdown"]
