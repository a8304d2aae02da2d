"""Lambda functions, each with its log and role, and what invokes them."""

from modules.functions.calls import EveryMinute, OnEvent
from modules.functions.function import Function, FunctionSettings, on_metric

__all__ = ["EveryMinute", "Function", "FunctionSettings", "OnEvent", "on_metric"]
