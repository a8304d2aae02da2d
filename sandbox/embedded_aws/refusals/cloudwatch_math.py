"""Metric math, as far as alarms support it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import re

FUNCTIONS = frozenset(
    {
        "ABS",
        "ANOMALY_DETECTION_BAND",
        "AVG",
        "CEIL",
        "DATAPOINT_COUNT",
        "DATE",
        "DAY",
        "DIFF",
        "DIFF_TIME",
        "EPOCH",
        "FILL",
        "FIRST",
        "FLOOR",
        "HOUR",
        "IF",
        "INSIGHT_RULE_METRIC",
        "LAST",
        "LOG",
        "LOG10",
        "MAX",
        "METRICS",
        "METRIC_COUNT",
        "MIN",
        "MINUTE",
        "MONTH",
        "PERIOD",
        "RATE",
        "REMOVE_EMPTY",
        "RUNNING_SUM",
        "SERVICE_QUOTA",
        "SLICE",
        "SORT",
        "STDDEV",
        "SUM",
        "TIME_SERIES",
        "YEAR",
    }
)
CONSTANTS = frozenset({"ASC", "DESC", "LINEAR", "REPEAT"})
# Translated to Python operators: the grammars are otherwise the same.
OPERATORS = {"&&": " and ", "||": " or ", "^": "**"}
WORDS = {"AND": "and", "OR": "or"}
QUERY = re.compile(r"\s*SELECT\b", re.IGNORECASE)
NODES = (
    ast.Expression,
    ast.BinOp,
    ast.BoolOp,
    ast.UnaryOp,
    ast.Compare,
    ast.List,
    ast.Load,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
)


def ids_of(expression: str) -> set[str]:
    """The IDs of the metrics and expressions used in an expression; none for a query.

    Raises ValueError, with the reason, if the expression is invalid.
    """
    if QUERY.match(expression):
        return set()
    text = re.sub(
        r"&&|\|\||\^|\b(?:AND|OR)\b",
        lambda found: OPERATORS.get(found[0]) or WORDS[found[0]],
        expression.strip(),
    )
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ValueError(
            f"{error.msg}, at {(error.text or '')[(error.offset or 1) - 1 :]!r}"
        ) from None
    return _ids(tree)


def _ids(node: ast.AST) -> set[str]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name not in FUNCTIONS:
                raise ValueError(f"alarms have no function {name}")
            return {one for argument in arguments for one in _ids(argument)}
        case ast.Name(id=name) if name in CONSTANTS:
            return set()
        case ast.Name(id=name):
            return {name}
        case ast.Constant(value=bool() | None):
            raise ValueError(f"{node.value} is not a number, a string or an ID")
        case ast.Constant():
            return set()
        case _ if isinstance(node, NODES):
            return {one for child in ast.iter_child_nodes(node) for one in _ids(child)}
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is not metric math")
