"""What CloudWatch refuses: alarms, dashboards and metric data."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sandbox.embedded_aws.process import ACCOUNT
from tests.conftest import Synthesised
from tests.sandbox.embedded_aws.refusals.conftest import Asked

ALARM: dict[str, Any] = {
    "AlarmName": "alarm",
    "EvaluationPeriods": 3,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1.0,
}
METRIC = {"MetricName": "m", "Namespace": "n"}
OF_METRIC = {**ALARM, **METRIC, "Period": 60, "Statistic": "Sum"}
STAT = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
ERRORS = {"Id": "errors", "MetricStat": STAT, "ReturnData": False}
ALL = {"Id": "requests", "MetricStat": STAT, "ReturnData": False}


def percent(expression: str = "100 * errors / requests", **result: Any) -> dict[str, Any]:
    return {**ALARM, "Metrics": [{"Id": "e1", "Expression": expression, **result}, ERRORS, ALL]}


def without(member: str) -> dict[str, Any]:
    return {key: value for key, value in OF_METRIC.items() if key != member}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (ALARM, "MetricName: either this, with Namespace, or Metrics"),
        ({**OF_METRIC, "Metrics": [ERRORS]}, "MetricName: either this"),
        ({**percent(), "Period": 60}, "Period: not with Metrics"),
        (without("Namespace"), "Namespace: needed with MetricName"),
        (without("Statistic"), "Statistic: either this or ExtendedStatistic"),
        ({**without("Statistic"), "ExtendedStatistic": "p101"}, "ExtendedStatistic: 'p101'"),
        (without("Threshold"), "Threshold: either this or ThresholdMetricId"),
        ({**OF_METRIC, "DatapointsToAlarm": 4}, "DatapointsToAlarm: 4, more than the 3"),
        ({**OF_METRIC, "TreatMissingData": "bad"}, "TreatMissingData: 'bad', not one of"),
        ({**OF_METRIC, "Period": 90}, "Period: 90, not 10, 20, 30 or a multiple of 60"),
        (
            {**OF_METRIC, "Period": 300, "EvaluationPeriods": 289},
            "EvaluationPeriods: 289 of 300 s are 86,700 s, of at most 86,400",
        ),
        (
            {**OF_METRIC, "Period": 86_400, "EvaluationPeriods": 8},
            "8 of 86400 s are 691,200 s, of at most 604,800",
        ),
        (percent("100 * error / requests"), r"Metrics\[0\].Expression: 'error' is none of e1, err"),
        (percent("100 * (errors / requests"), r"Metrics\[0\].Expression: .*never closed"),
        (percent("errors +"), r"Metrics\[0\].Expression: 'errors \+': invalid syntax"),
        (percent("TOTAL(errors)"), "alarms have no function TOTAL"),
        (percent("SEARCH('x', 'Sum')"), "alarms have no function SEARCH"),
        (percent("errors.x"), "'errors.x' is not metric math"),
        (percent("e1 + 1"), r"Metrics\[0\].Expression: 'e1' names itself"),
        (percent(ReturnData=False), "ReturnData is true for 0 of them"),
        ({**ALARM, "Metrics": [ERRORS | {"Id": "E"}]}, r"Metrics\[0\].Id: 'E' does not begin"),
        ({**ALARM, "Metrics": [ERRORS, ERRORS]}, r"Metrics\[0\].Id: 'errors' is there twice"),
        (
            {**ALARM, "Metrics": [{**ERRORS, "ReturnData": True}, {**ALL, "ReturnData": True}]},
            "ReturnData is true for 2 of them",
        ),
        ({**ALARM, "Metrics": [{"Id": "e1"}]}, r"Metrics\[0\]: either a MetricStat or an"),
        (
            {**ALARM, "Metrics": [ERRORS | {"MetricStat": {**STAT, "Stat": "sum"}}]},
            r"Metrics\[0\].MetricStat.Stat: 'sum'",
        ),
        ({**OF_METRIC, "Dimensions": [{"Name": "a", "Value": " "}]}, "Dimensions.Value: ' ' is"),
        ({**OF_METRIC, "Dimensions": [{"Name": "é", "Value": "v"}]}, "Dimensions.Name: 'é' is"),
        ({**OF_METRIC, "Dimensions": [{"Name": ":a", "Value": "v"}]}, "begins with a colon"),
        ({**OF_METRIC, "Dimensions": [{"Name": "a", "Value": "v"}] * 2}, "'a' is there 2 times"),
    ],
)
def test_no_alarms(asked: Asked, parameters: dict[str, Any], message: str) -> None:
    assert asked.refused("cloudwatch", "PutMetricAlarm", message, **parameters) == "ValidationError"


@pytest.mark.parametrize(
    "parameters",
    [
        OF_METRIC,
        {**OF_METRIC, "Period": 86_400, "EvaluationPeriods": 7},
        {**OF_METRIC, "Period": 10, "DatapointsToAlarm": 2},
        {**without("Statistic"), "ExtendedStatistic": "p99.9"},
        percent(),
        percent("IF(requests > 10 AND errors >= 1 || requests == 0, 100 * errors / requests, 0)"),
        percent("FILL(errors, REPEAT) ^ 2 + SUM([errors, requests]) - -1"),
        percent("SUM(METRICS('e'))"),
    ],
)
def test_good_alarms(asked: Asked, parameters: dict[str, Any]) -> None:
    asked("cloudwatch", "PutMetricAlarm", **parameters)


def test_what_watches_promql_is_not_looked_at(asked: Asked) -> None:
    query = {"PromQLCriteria": {"Query": "up == 0", "PendingPeriod": 60}}
    alarm = {"AlarmName": "promql", "EvaluationCriteria": query, "EvaluationInterval": 60}
    asked("cloudwatch", "PutMetricAlarm", **alarm)


def topic(asked: Asked, **attributes: str) -> str:
    name = f"topic-{uuid4().hex}"
    return asked("sns", "CreateTopic", Name=name, Attributes=attributes)["TopicArn"]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
OWNER = {
    "Effect": "Allow",
    "Action": "kms:*",
    "Resource": "*",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
}


def test_alarms_act_in_their_region(asked: Asked) -> None:
    elsewhere = f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"
    for arn, message in (
        (elsewhere, r"AlarmActions\[0\]: Invalid region eu-west-1 specified. Only us-east-1"),
        ("topic", r"AlarmActions\[0\]: 'topic' is not the ARN of an action"),
        ("arn:aws:s3:::bucket", "is not the ARN of an action"),
        (f"arn:aws:aiops:eu-west-1:{ACCOUNT}:investigation-group:x", "Invalid region eu-west-1"),
        (f"arn:aws:sns:us-east-1:{ACCOUNT}:none", "there is no topic .*none: AWS takes it"),
    ):
        asked.refused("cloudwatch", "PutMetricAlarm", message, **OF_METRIC, AlarmActions=[arn])


def test_alarms_may_publish(asked: Asked) -> None:
    arn = topic(asked)
    # SNS's default policy allows it.
    asked("cloudwatch", "PutMetricAlarm", **OF_METRIC, AlarmActions=[arn])
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": arn}
    set_ = {"TopicArn": arn, "AttributeName": "Policy"}
    of_events = document({**publish, "Principal": {"Service": "events.amazonaws.com"}})
    asked("sns", "SetTopicAttributes", **set_, AttributeValue=of_events)
    message = "the policy of .* does not let cloudwatch.amazonaws.com publish"
    asked.refused("cloudwatch", "PutMetricAlarm", message, **OF_METRIC, OKActions=[arn])
    alarms = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"
    own = {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": alarms}}
    of_alarms = document({**publish, "Principal": CLOUDWATCH, "Condition": own})
    asked("sns", "SetTopicAttributes", **set_, AttributeValue=of_alarms)
    asked("cloudwatch", "PutMetricAlarm", **OF_METRIC, OKActions=[arn])


def test_alarms_may_use_the_topics_key(asked: Asked) -> None:
    use = {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Principal": CLOUDWATCH,
    }
    half = {**use, "Action": "kms:Decrypt"}
    for statements, refused in (([], "Decrypt"), ([half], "GenerateDataKey"), ([use], None)):
        policy = document(OWNER, *statements)
        key = asked("kms", "CreateKey", Policy=policy)["KeyMetadata"]["KeyId"]
        arn = topic(asked, KmsMasterKeyId=key)
        if refused is None:
            asked("cloudwatch", "PutMetricAlarm", **OF_METRIC, AlarmActions=[arn])
            continue
        message = f"key {key} does not let cloudwatch.amazonaws.com kms:{refused}"
        asked.refused("cloudwatch", "PutMetricAlarm", message, **OF_METRIC, AlarmActions=[arn])
    own = topic(asked, KmsMasterKeyId="alias/aws/sns")
    message = "encrypted with alias/aws/sns, which is not"
    asked.refused("cloudwatch", "PutMetricAlarm", message, **OF_METRIC, AlarmActions=[own])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Namespace": "AWS/Lambda"}, "Namespace: 'AWS/Lambda' begins with AWS/"),
        ({"MetricData": [{"MetricName": "m", "Value": 1.0}] * 1001}, "1,001, of at most 1,000"),
        ({"MetricData": [{"MetricName": "m"}]}, r"MetricData\[0\]: one of Value"),
        (
            {"MetricData": [{"MetricName": "m", "Value": 1.0, "StorageResolution": 2}]},
            r"MetricData\[0\].StorageResolution: 2, not 1 or 60",
        ),
        (
            {
                "MetricData": [
                    {
                        "MetricName": "m",
                        "Value": 1.0,
                        "Timestamp": datetime.now(UTC) - timedelta(days=15),
                    }
                ]
            },
            r"MetricData\[0\].Timestamp: .* more than two weeks ago",
        ),
        (
            {
                "MetricData": [
                    {"MetricName": "m", "Value": 1.0, "Dimensions": [{"Name": ":a", "Value": "v"}]}
                ]
            },
            r"MetricData\[0\].Dimensions.Name: ':a' begins with a colon",
        ),
    ],
)
def test_no_metric_data(asked: Asked, changes: dict[str, Any], message: str) -> None:
    good = {"Namespace": "Own", "MetricData": [{"MetricName": "m", "Value": 1.0}]}
    asked("cloudwatch", "PutMetricData", **good)
    code = asked.refused("cloudwatch", "PutMetricData", message, **{**good, **changes})
    several = "one of Value" in message
    assert code == ("InvalidParameterCombination" if several else "InvalidParameterValue")


TEXT = {"type": "text", "properties": {"markdown": "x"}}
GRAPH = {"type": "metric", "properties": {"region": "us-east-1", "metrics": [["AWS/SQS", "n"]]}}


def graph(**properties: Any) -> dict[str, Any]:
    return {**GRAPH, "properties": {**GRAPH["properties"], **properties}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "DashboardBody: not JSON"),
        ([], "DashboardBody: not an object with a list of widgets"),
        ({"widgets": [], "stat": "Sum"}, "DashboardBody.stat: not one of end"),
        ({"widgets": [], "start": "3h"}, "DashboardBody.start: '3h', not such as -PT3H"),
        ({"widgets": [], "periodOverride": "x"}, "DashboardBody.periodOverride: 'x'"),
        ({"widgets": [TEXT] * 501}, "DashboardBody.widgets: 501, of at most 500"),
        ({"widgets": [TEXT | {"type": "txt"}]}, r"widgets\[0\].type: 'txt', not one of"),
        ({"widgets": [TEXT | {"width": 25}]}, r"widgets\[0\].width: 25, not a whole number"),
        ({"widgets": [TEXT | {"x": 13, "width": 12}]}, "beyond the 24 columns from x 13"),
        ({"widgets": [{"type": "text"}]}, "properties.markdown: needed by a widget of type text"),
        ({"widgets": [graph(region="")]}, "properties.region: needed by a widget of type metric"),
        ({"widgets": [graph(metrics=[])]}, "properties.metrics: there are none"),
        ({"widgets": [graph(metrics=[["A", "n", "d"]])]}, r"properties.metrics\[0\]: not a name"),
        ({"widgets": [graph(titel="x")]}, "properties.titel: no property"),
        (
            {"widgets": [{"type": "alarm", "properties": {"alarms": ["a"]}}]},
            "properties.alarms: 'a' is not an alarm's ARN",
        ),
    ],
)
def test_no_dashboards(asked: Asked, body: Any, message: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    code = asked.refused(
        "cloudwatch", "PutDashboard", message, DashboardName="d", DashboardBody=text
    )
    assert code == "InvalidParameterInput"


def test_a_good_dashboard(asked: Asked, deployment: Synthesised) -> None:
    ((dashboard,),) = [
        stack.json["resource"]["aws_cloudwatch_dashboard"].values()
        for stack in deployment.stacks.values()
        if "aws_cloudwatch_dashboard" in stack.json["resource"]
    ]
    body = dashboard["dashboard_body"].replace(
        "${data.aws_caller_identity.account.account_id}", ACCOUNT
    )
    asked("cloudwatch", "PutDashboard", DashboardName="d", DashboardBody=body)
    message = "DashboardName: 'a b' has others"
    asked.refused("cloudwatch", "PutDashboard", message, DashboardName="a b", DashboardBody=body)
