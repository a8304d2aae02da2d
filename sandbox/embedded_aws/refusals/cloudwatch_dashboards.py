"""CloudWatch: dashboards.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
TOP = frozenset({"widgets", "start", "end", "periodOverride", "variables"})
MOST_WIDGETS = 500
# A widget's layout: inclusive ranges of integers.
PLACES = {"x": (0, 23), "y": (0, 10**9), "width": (1, 24), "height": (1, 1_000)}
# Required properties, by type of widget.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "alarm": ("alarms",),
    "custom": ("endpoint",),
    "explorer": ("metrics", "labels"),
    "log": ("query", "region"),
    "metric": ("region",),
    "text": ("markdown",),
}
START = re.compile(r"-P(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?|\d{4}-\d\d-\d\dT[\d:.]+Z")
ALARM = re.compile(r"arn:aws[\w-]*:cloudwatch:[\w-]+:\d{12}:alarm:.+")
METRIC_PROPERTIES = frozenset(
    {
        "accountId",
        "annotations",
        "end",
        "legend",
        "liveData",
        "metrics",
        "period",
        "region",
        "setPeriodToTimeRange",
        "singleValueFullPrecision",
        "sparkline",
        "stacked",
        "start",
        "stat",
        "table",
        "timezone",
        "title",
        "trend",
        "view",
        "yAxis",
    }
)


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterInput", message)


def dashboards_can_be_drawn(call: Call) -> None:
    """Refuses an invalid dashboard name or body."""
    name, text = call.parameters["DashboardName"], call.parameters["DashboardBody"]
    if not NAME.fullmatch(name):
        raise _invalid(f"DashboardName: {name!r} has others than A-Za-z0-9_- or more than 255")
    try:
        body: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise _invalid(f"DashboardBody: not JSON: {error}") from None
    if not isinstance(body, dict) or not isinstance(
        cast("dict[str, Any]", body).get("widgets"), list
    ):
        raise _invalid("DashboardBody: not an object with a list of widgets")
    given = cast("dict[str, Any]", body)
    if unknown := sorted(given.keys() - TOP):
        raise _invalid(f"DashboardBody.{unknown[0]}: not one of {', '.join(sorted(TOP))}")
    if given.get("periodOverride", "auto") not in ("auto", "inherit"):
        raise _invalid(
            f"DashboardBody.periodOverride: {given['periodOverride']!r}, not auto, inherit"
        )
    if not START.fullmatch(str(given.get("start", "-PT3H"))):
        raise _invalid(f"DashboardBody.start: {given['start']!r}, not such as -PT3H or a UTC time")
    widgets: Sequence[Any] = given["widgets"]
    if len(widgets) > MOST_WIDGETS:
        raise _invalid(f"DashboardBody.widgets: {len(widgets)}, of at most {MOST_WIDGETS}")
    for place, widget in enumerate(widgets):
        _check_widget(f"DashboardBody.widgets[{place}]", widget)


def _check_widget(where: str, widget: Mapping[str, Any]) -> None:
    kind = str(widget.get("type"))
    if kind not in NEEDED:
        raise _invalid(f"{where}.type: {kind!r}, not one of {', '.join(NEEDED)}")
    for member, (least, most) in PLACES.items():
        value = widget.get(member, least)
        if not isinstance(value, int) or not least <= value <= most:
            raise _invalid(f"{where}.{member}: {value!r}, not a whole number of {least} to {most}")
    right = PLACES["width"][1]
    if widget.get("x", 0) + widget.get("width", 1) > right:
        raise _invalid(f"{where}.width: beyond the {right} columns from x {widget['x']}")
    properties: Mapping[str, Any] = widget.get("properties") or {}
    for member in NEEDED[kind]:
        if not properties.get(member):
            raise _invalid(f"{where}.properties.{member}: needed by a widget of type {kind}")
    match kind:
        case "alarm":
            for arn in properties["alarms"]:
                if not ALARM.fullmatch(arn):
                    raise _invalid(f"{where}.properties.alarms: {arn!r} is not an alarm's ARN")
        case "metric":
            _check_metrics(f"{where}.properties", properties)
        case _:
            pass


def _check_metrics(where: str, properties: Mapping[str, Any]) -> None:
    if unknown := sorted(properties.keys() - METRIC_PROPERTIES):
        raise _invalid(f"{where}.{unknown[0]}: no property of a widget of type metric")
    if not properties.get("metrics") and not properties.get("annotations"):
        raise _invalid(f"{where}.metrics: there are none, and no alarm among the annotations")
    rows: Sequence[Sequence[Any]] = properties.get("metrics") or ()
    for place, row in enumerate(rows):
        texts = [one for one in row if isinstance(one, str)]
        options: list[Any] = [one for one in row if isinstance(one, dict)]
        spelt = texts + options == list(row) and len(options) <= 1
        if not spelt or (texts and len(texts) % 2):
            raise _invalid(
                f"{where}.metrics[{place}]: not a namespace, a name, pairs of a dimension and its "
                "value, and at most one object of options"
            )


RULES: Rules = {("cloudwatch", "PutDashboard"): (dashboards_can_be_drawn,)}
