"""What runs in Lambda: a function with its log and its role, and what calls it."""

from modules.functions.calls import EveryMinute, OnEvent
from modules.functions.function import Function, FunctionSettings, on_metric

__all__ = ["EveryMinute", "Function", "FunctionSettings", "OnEvent", "on_metric"]
