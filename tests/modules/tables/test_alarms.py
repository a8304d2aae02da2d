"""The alarms on tables: in each region, on what that region sees."""

import json

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm

from environments import ROLES, Role
from modules.alarms import all_alarms
from tests.conftest import Synthesised
from tests.synthesis import Stack

TOPIC = "${aws_sns_topic.alerts.arn}"


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> Role:
    return request.param


def names(stack: Stack) -> set[str]:
    alarms = stack.resources(CloudwatchMetricAlarm).values()
    return {alarm["alarm_name"] for alarm in alarms if "-table-" in alarm["alarm_name"]}


def test_each_table_has_three(tables: Synthesised, role: Role) -> None:
    region = tables.environment.regional(role).region
    expected = {
        f"tablespractice-{region}-{table}-{kind}"
        for table in ("ledger", "sessions")
        for kind in ("table-lag", "table-throttles", "table-errors")
    }
    assert names(tables.stacks[role]) == expected
    listed = {name for where, name in all_alarms(tables.environment) if where == region}
    assert expected <= listed


def test_no_other_stack_has_any(tables: Synthesised) -> None:
    for stack in ("bootstrap", "tables", "global"):
        assert names(tables.stacks[stack]) == set()


@pytest.mark.parametrize(("role", "other"), [("primary", "us-east-1"), ("dr", "ap-south-1")])
def test_lag_is_of_the_writes_that_the_other_region_receives(
    tables: Synthesised, role: Role, other: str
) -> None:
    alarm = tables.stacks[role].resources(CloudwatchMetricAlarm)["ledger_table_lag"]
    result, counted = alarm["metric_query"]
    assert result["expression"] == "FILL(lag, 0)"
    assert counted["metric"] == {
        "namespace": "AWS/DynamoDB",
        "metric_name": "ReplicationLatency",
        "dimensions": {"TableName": "tablespractice-ledger", "ReceivingRegion": other},
        "stat": "Average",
        "period": 60,
    }
    assert (alarm["comparison_operator"], alarm["threshold"]) == ("GreaterThanThreshold", 60_000)
    assert alarm["alarm_actions"] == [TOPIC]


def test_a_minute_without_data_ends_an_alarm_and_a_late_one_does_not_hold_it_back(
    tables: Synthesised, role: Role
) -> None:
    """CloudWatch keeps the state of an alarm on DynamoDB's metrics that have no data."""
    for kind in ("lag", "throttles", "errors"):
        alarm = tables.stacks[role].resources(CloudwatchMetricAlarm)[f"ledger_table_{kind}"]
        assert alarm["metric_query"][0]["expression"].startswith("FILL(")
        assert alarm["metric_query"][0]["expression"].endswith(", 0)")
        assert (alarm["datapoints_to_alarm"], alarm["evaluation_periods"]) == (3, 5)
        assert "in 3 of 5 minutes." in alarm["alarm_description"]


def test_throttles_are_of_reads_and_writes(tables: Synthesised, role: Role) -> None:
    alarm = tables.stacks[role].resources(CloudwatchMetricAlarm)["ledger_table_throttles"]
    result, *counted = alarm["metric_query"]
    assert result["expression"] == "FILL(reads, 0) + FILL(writes, 0)"
    assert [one["metric"]["metric_name"] for one in counted] == [
        "ReadThrottleEvents",
        "WriteThrottleEvents",
    ]
    assert {json.dumps(one["metric"]["dimensions"]) for one in counted} == {
        '{"TableName": "tablespractice-ledger"}'
    }


def test_errors_are_of_every_operation(tables: Synthesised, role: Role) -> None:
    alarm = tables.stacks[role].resources(CloudwatchMetricAlarm)["ledger_table_errors"]
    result, *counted = alarm["metric_query"]
    assert result["expression"] == " + ".join(f"FILL({one['id']}, 0)" for one in counted)
    assert len({one["metric"]["dimensions"]["Operation"] for one in counted}) == 10
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
    assert len(counted) <= 10


def test_the_dashboard_shows_every_tables_lag(tables: Synthesised) -> None:
    body = json.loads(tables.stacks["global"].only(CloudwatchDashboard)["dashboard_body"])
    shown = [one["properties"] for one in body["widgets"] if "tables" in str(one["properties"])]
    lag = [one for one in shown if one.get("title", "").startswith("Tables")]
    assert [one["region"] for one in lag] == ["ap-south-1", "us-east-1"]
    assert all(len(one["metrics"]) == 2 for one in lag)
