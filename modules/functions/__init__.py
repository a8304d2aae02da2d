"""What runs in Lambda: a function with its log and its role, and what calls it."""

from modules.functions.calls import calls, every_minute
from modules.functions.function import Function, on_metric

__all__ = ["Function", "calls", "every_minute", "on_metric"]
