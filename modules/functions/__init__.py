"""Lambda functions, each with its log and role, and what invokes them."""

from modules.functions.calls import Every, OnEvent
from modules.functions.function import Function, FunctionSettings, on_metric

__all__ = ["Every", "Function", "FunctionSettings", "OnEvent", "on_metric"]
