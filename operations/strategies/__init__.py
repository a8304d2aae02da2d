"""What each standby strategy costs and how fast it recovers, from what the stacks emit."""

from operations.strategies.table import markdown

__all__ = ["markdown"]
