"""CloudWatch: alarms and metric data."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.cloudwatch_math import ids_of
from sandbox.embedded_aws.refusals.rule import Rules, part

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
SHORT_PERIODS = (10, 20, 30)
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")
LOW_SAMPLES = ("evaluate", "ignore")
STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
EXTENDED = re.compile(
    r"p(?:\d{1,2}(?:\.\d{1,10})?|100)|IQM|(?:tm|tc|ts|wm)\d{1,2}(?:\.\d+)?"
    r"|(?:TM|TC|TS|WM|PR)\([\d.%]*:[\d.%]*\)"
)
ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
MOST_METRICS = 20
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
MOST_DATA = 1_000
MOST_VALUES = 150
GREATEST = 2.0**360
RESOLUTIONS = (1, 60)
OLDEST, NEWEST = timedelta(weeks=2), timedelta(hours=2)


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationError", message)


def _invalid_data(message: str) -> Refusal:
    return Refusal("InvalidParameterValue", message)


def alarms_watch_one_thing(call: Call) -> None:
    """Refuses an alarm with both a metric and metric math, or neither, and a metric without exactly
    one statistic. PromQL alarms are not checked."""
    given = call.parameters
    if "EvaluationCriteria" in given:
        return
    if ("MetricName" in given) == bool(given.get("Metrics")):
        raise _invalid("MetricName: either this, with Namespace, or Metrics")
    if "MetricName" not in given:
        for member in ("Period", "Statistic", "ExtendedStatistic", "Dimensions", "Namespace"):
            if given.get(member):
                raise _invalid(f"{member}: not with Metrics, whose members have their own")
        return
    for member in ("Namespace", "Period"):
        if member not in given:
            raise _invalid(f"{member}: needed with MetricName")
    if ("Statistic" in given) == ("ExtendedStatistic" in given):
        raise _invalid("Statistic: either this or ExtendedStatistic")
    _check_statistic("ExtendedStatistic", given.get("ExtendedStatistic", "p99"))


def _check_statistic(where: str, statistic: str) -> None:
    if statistic not in STATISTICS and not EXTENDED.fullmatch(statistic):
        raise _invalid(f"{where}: {statistic!r}, neither {', '.join(STATISTICS)} nor such as p99")


def alarms_have_a_threshold(call: Call) -> None:
    """Refuses an alarm without a threshold, with more datapoints to alarm than evaluation periods,
    or with an unknown treatment of missing data. PromQL alarms are not checked."""
    given = call.parameters
    if "EvaluationCriteria" in given:
        return
    if ("Threshold" in given) == ("ThresholdMetricId" in given):
        raise _invalid("Threshold: either this or ThresholdMetricId")
    for member in ("ComparisonOperator", "EvaluationPeriods"):
        if member not in given:
            raise _invalid(f"{member}: there is none")
    periods = given["EvaluationPeriods"]
    if (datapoints := given.get("DatapointsToAlarm", periods)) > periods:
        raise _invalid(
            f"DatapointsToAlarm: {datapoints}, more than the {periods} EvaluationPeriods"
        )
    for member, known in (
        ("TreatMissingData", MISSING_DATA),
        ("EvaluateLowSampleCountPercentile", LOW_SAMPLES),
    ):
        if (word := given.get(member, known[0])) not in known:
            raise _invalid(f"{member}: {word!r}, not one of {', '.join(known)}")


def alarms_look_back_for_a_day(call: Call) -> None:
    """Refuses periods other than 10, 20, 30 or a multiple of 60 seconds, and evaluation over more
    than a day, or more than a week for periods of at least an hour."""
    given, periods = call.parameters, call.parameters.get("EvaluationPeriods", 1)
    for where, period in _periods(given):
        if period not in SHORT_PERIODS and period % MINUTE:
            raise _invalid(f"{where}: {period}, not 10, 20, 30 or a multiple of 60")
        most = WEEK if period >= HOUR else DAY
        if period * periods > most:
            raise _invalid(
                f"EvaluationPeriods: {periods} of {period} s are {period * periods:,} s, "
                f"of at most {most:,} with such a period"
            )


def _periods(given: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if "Period" in given:
        yield "Period", given["Period"]
    for place, query in enumerate(given.get("Metrics") or ()):
        if "MetricStat" in query:
            yield f"Metrics[{place}].MetricStat.Period", query["MetricStat"]["Period"]
        elif "Period" in query:
            yield f"Metrics[{place}].Period", query["Period"]


def alarms_compute_one_result(call: Call) -> None:
    """Refuses metric math with invalid IDs, with references to unknown IDs, or without exactly one
    expression that returns data.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
    """
    queries: Sequence[Mapping[str, Any]] = call.parameters.get("Metrics") or ()
    if not queries:
        return
    if len(queries) > MOST_METRICS:
        raise _invalid(f"Metrics: {len(queries)}, of at most {MOST_METRICS}")
    ids = [query["Id"] for query in queries]
    for place, query in enumerate(queries):
        _check_query(f"Metrics[{place}]", query, ids)
    if len(returned := [one["Id"] for one in queries if one.get("ReturnData", True)]) != 1:
        raise _invalid(f"Metrics: ReturnData is true for {len(returned)} of them, not for one")
    threshold = call.parameters.get("ThresholdMetricId", ids[0])
    if threshold not in ids:
        raise _invalid(f"ThresholdMetricId: {threshold!r} is none of {', '.join(ids)}")


def _check_query(where: str, query: Mapping[str, Any], ids: Sequence[str]) -> None:
    own = query["Id"]
    if not ID.fullmatch(own):
        raise _invalid(
            f"{where}.Id: {own!r} does not begin with a-z, or has others than a-zA-Z0-9_"
        )
    if ids.count(own) > 1:
        raise _invalid(f"{where}.Id: {own!r} is there twice")
    if ("MetricStat" in query) == ("Expression" in query):
        raise _invalid(f"{where}: either a MetricStat or an Expression")
    if "MetricStat" in query:
        _check_statistic(f"{where}.MetricStat.Stat", query["MetricStat"]["Stat"])
        return
    try:
        named = ids_of(query["Expression"])
    except ValueError as error:
        raise _invalid(f"{where}.Expression: {query['Expression']!r}: {error}") from None
    if unknown := sorted(named - set(ids)):
        raise _invalid(f"{where}.Expression: {unknown[0]!r} is none of {', '.join(ids)}")
    if own in named:
        raise _invalid(f"{where}.Expression: {own!r} names itself")


def dimensions_are_told_apart(call: Call) -> None:
    """Refuses duplicate dimensions, and dimension names and values that are blank, not ASCII, or
    start with a colon.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
    """
    invalid = _invalid_data if call.operation == "PutMetricData" else _invalid
    for where, dimensions in _dimensions(call.parameters):
        for name, times in Counter(one["Name"] for one in dimensions).items():
            if times > 1:
                raise invalid(f"{where}: {name!r} is there {times} times")
        for one in dimensions:
            for member in ("Name", "Value"):
                text = one[member]
                if not text.strip() or not text.isascii() or not text.isprintable():
                    raise invalid(f"{where}.{member}: {text!r} is blank or not printable ASCII")
            if one["Name"].startswith(":"):
                raise invalid(f"{where}.Name: {one['Name']!r} begins with a colon")


def _dimensions(given: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Mapping[str, str]]]]:
    yield "Dimensions", given.get("Dimensions") or ()
    for place, query in enumerate(given.get("Metrics") or ()):
        metric = part(query, "MetricStat", "Metric")
        yield f"Metrics[{place}].MetricStat.Metric.Dimensions", metric.get("Dimensions") or ()
    for place, one in enumerate(given.get("MetricData") or ()):
        yield f"MetricData[{place}].Dimensions", one.get("Dimensions") or ()


def metric_data_is_ones_own(call: Call) -> None:
    """Refuses data in AWS's namespaces, too many data, data without a value, values that are not
    numbers, and timestamps out of range.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
    """
    namespace: str = call.parameters["Namespace"]
    if namespace.startswith("AWS/"):
        raise _invalid_data(f"Namespace: {namespace!r} begins with AWS/, which is AWS's own")
    data: Sequence[Mapping[str, Any]] = call.parameters.get("MetricData") or ()
    if len(data) > MOST_DATA:
        raise _invalid_data(f"MetricData: {len(data):,}, of at most {MOST_DATA:,}")
    for place, one in enumerate(data):
        _check_datum(f"MetricData[{place}]", one)


def _check_datum(where: str, one: Mapping[str, Any]) -> None:
    kinds = [kind for kind in ("Value", "StatisticValues", "Values") if one.get(kind) is not None]
    if len(kinds) != 1:
        raise Refusal(
            "InvalidParameterCombination", f"{where}: one of Value, StatisticValues and Values"
        )
    values = one.get("Values") or [one.get("Value", 0)]
    if len(values) > MOST_VALUES:
        raise _invalid_data(f"{where}.Values: {len(values)}, of at most {MOST_VALUES}")
    for value in values:
        if not math.isfinite(value) or abs(value) > GREATEST:
            raise _invalid_data(f"{where}.Value: {value} is not a finite number")
    if one.get("StorageResolution", MINUTE) not in RESOLUTIONS:
        raise _invalid_data(f"{where}.StorageResolution: {one['StorageResolution']}, not 1 or 60")
    _check_time(f"{where}.Timestamp", one.get("Timestamp"))


def _check_time(where: str, time: Any) -> None:
    if not isinstance(time, datetime):
        return
    age = datetime.now(UTC) - time.astimezone(UTC)
    if not -NEWEST <= age <= OLDEST:
        raise _invalid_data(
            f"{where}: {time:%Y-%m-%dT%H:%M:%SZ} is more than two weeks ago, or in two hours"
        )


RULES: Rules = {
    ("cloudwatch", "PutMetricAlarm"): (
        alarms_watch_one_thing,
        alarms_have_a_threshold,
        alarms_look_back_for_a_day,
        alarms_compute_one_result,
        dimensions_are_told_apart,
    ),
    ("cloudwatch", "PutMetricData"): (metric_data_is_ones_own, dimensions_are_told_apart),
}
