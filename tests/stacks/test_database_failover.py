"""What watches a database, and what its failover takes."""

import json

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction

from environments import ROLES
from environments.data import KINDS
from modules.alarm_names import all_alarms
from modules.recovery_point import recovery_point, write_recovery
from tests.conftest import Synthesised
from tests.databases import AURORA, ENGINES, with_database
from tests.stacks.databases import (
    PRIMARY,
    STANDBY,
    STRATEGIES,
    varied,
)
from tests.synthesis import Stacks


def test_logs_are_kept_as_long_as_all_others(deployed: Synthesised) -> None:
    kind = KINDS[deployed.environment.data.engine]
    folder = "cluster" if kind.aurora else "instance"
    for role, name in (("primary", PRIMARY), ("dr", STANDBY)):
        groups = deployed.stacks[role].resources(CloudwatchLogGroup).values()
        found = {one["name"]: one for one in groups if one["name"].startswith("/aws/rds")}
        assert found.keys() == {f"/aws/rds/{folder}/{name}/{log}" for log in kind.logs}
        assert {one["retention_in_days"] for one in found.values()} == {365}
        assert all("kms_key_id" in one for one in found.values())


def test_every_alarm_is_there_and_known(deployed: Synthesised) -> None:
    emitted = {
        one["alarm_name"]
        for stack in deployed.stacks.values()
        for one in stack.resources(CloudwatchMetricAlarm).values()
    }
    assert emitted == {name for _, name in all_alarms(deployed.environment)}
    for name in ("standby-read-only", "replication-broken"):
        assert f"awspractice-{name}" in emitted
    assert "awspractice-promotion-failed" not in emitted


def test_the_dashboard_shows_both_copies(deployed: Synthesised) -> None:
    body = json.loads(deployed.stacks["global"].only(CloudwatchDashboard)["dashboard_body"])
    shown = [
        metric[3]
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if metric[0] == "AWS/RDS"
    ]
    assert shown == [PRIMARY, PRIMARY, STANDBY, STANDBY]


@pytest.mark.parametrize(("engine", "lag"), [("aurora-mysql", 5), ("rds-mysql-replica", 3600)])
def test_the_lag_alarm_guards_the_rpo(engine: str, lag: int) -> None:
    environment = with_database(engine, lag_seconds=lag)
    point = recovery_point(environment)
    assert point is not None
    for stack in [Stacks(environment)[role] for role in ROLES]:
        alarm = stack.resources(CloudwatchMetricAlarm)["database_lag_alarm"]
        aurora = engine in AURORA
        assert alarm["metric_name"] == ("AuroraGlobalDBRPOLag" if aurora else "ReplicaLag")
        assert alarm["threshold"] == lag * (1000 if aurora else 1)
        assert alarm["evaluation_periods"] * alarm["period"] == point.unnoticed
        assert point.total == lag + point.unnoticed + point.delay


@pytest.mark.parametrize("promotion", ["manual", "automatic"])
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_control_may_do_what_its_task_needs(engine: str, strategy: str, promotion: str) -> None:
    found = varied(engine, strategy, promotion)
    environment, stack = found.environment, found.stacks["dr"]
    (policy,) = [
        one for name, one in stack.resources(IamRolePolicy).items() if name.startswith("control")
    ]
    actions = {
        (action.removeprefix("rds:"), one["Resource"].rpartition(":rds:")[2])
        for one in json.loads(policy["policy"])["Statement"]
        for action in one["Action"]
        if action.startswith("rds:")
    }
    automatic, aurora = promotion == "automatic", engine in AURORA
    joined = ":*:global-cluster:awspractice-database"
    expected = {("DescribeDBInstances", "*")}
    if aurora:
        expected |= {("DescribeGlobalClusters", "*")}
    if aurora and automatic:
        expected |= {
            ("FailoverGlobalCluster", joined),
            ("FailoverGlobalCluster", f"us-east-1:*:cluster:{STANDBY}"),
        }
    elif automatic:
        expected |= {("PromoteReadReplica", f"us-east-1:*:db:{STANDBY}")}
    if aurora and strategy == "pilot_light":
        expected |= {
            ("CreateDBInstance", f"us-east-1:*:db:{STANDBY}-awake"),
            ("DeleteDBInstance", f"us-east-1:*:db:{STANDBY}-awake"),
            ("CreateDBInstance", f"us-east-1:*:cluster:{STANDBY}"),
            ("CreateDBInstance", f"us-east-1:*:subgrp:{STANDBY}"),
            ("CreateDBInstance", "us-east-1:*:pg:default.*"),
            ("CreateDBInstance", "us-east-1:*:og:default:*"),
        }
    assert actions == expected
    variables = stack.resources(LambdaFunction)["control"]["environment"]["variables"]
    assert json.loads(variables["DATABASE"])["name"] == STANDBY
    assert variables.get("PROMOTE_AFTER_MINUTES") == ("7" if automatic else None)
    alarms = stack.resources(CloudwatchMetricAlarm)
    assert ("promotion_failed_alarm" in alarms) is automatic
    assert (write_recovery(environment) is not None) is automatic


def test_a_pilot_light_has_the_time_that_its_database_takes() -> None:
    minutes: dict[str, int] = {}
    for engine in ("aurora-mysql", "rds-mysql-replica"):
        stack = Stacks(with_database(engine, "pilot_light"))["dr"]
        alarm = stack.resources(CloudwatchMetricAlarm)["standby_cannot_serve_alarm"]
        minutes[engine] = alarm["datapoints_to_alarm"]
    assert minutes["aurora-mysql"] * 60 >= 900
    assert minutes["rds-mysql-replica"] < 15
