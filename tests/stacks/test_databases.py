"""What each engine, strategy and kind of promotion puts into the stacks."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.launch_template import LaunchTemplate
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from cdktf_cdktf_provider_aws.rds_cluster_instance import RdsClusterInstance
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import RdsClusterParameterGroup
from cdktf_cdktf_provider_aws.rds_global_cluster import RdsGlobalCluster
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from emitted.user_data import decoded, printed
from environments import ROLES
from environments.data import KINDS
from modules.alarm_names import all_alarms
from modules.recovery_point import recovery_point, write_recovery
from modules.user_data import ENVIRONMENT_FILE
from tests.conftest import Synthesised
from tests.databases import AURORA, ENGINES, with_database
from tests.environment_file import variables_of
from tests.synthesis import Stack, Stacks

STRATEGIES = ("hot", "warm", "pilot_light")
PRIMARY, STANDBY = "awspractice-ap-south-1-database", "awspractice-us-east-1-database"
SECRET = "arn:aws:secretsmanager:*:*:secret:awspractice-database-??????"
MOVED = ["replication_source_identifier", "global_cluster_identifier", "engine_version"]


@pytest.fixture(scope="module", params=ENGINES)
def deployed(request: pytest.FixtureRequest) -> Synthesised:
    """Each engine with the defaults and a hot standby."""
    environment = with_database(request.param)
    return Synthesised(environment, Stacks(environment))


@cache
def varied(engine: str, strategy: str, promotion: str) -> Synthesised:
    environment = with_database(engine, strategy, promotion=promotion, promote_after_minutes=7)
    return Synthesised(environment, Stacks(environment))


def database_of(stack: Stack) -> dict[str, Any]:
    """The region's cluster or instance."""
    (found,) = [*stack.resources(RdsCluster).values(), *stack.resources(DbInstance).values()]
    return found


def regions(found: Synthesised) -> Iterator[Stack]:
    return (found.stacks[role] for role in ROLES)


def test_without_an_engine_nothing_changes(mission: Synthesised) -> None:
    text = "".join(stack.text for stack in mission.stacks.values())
    assert "database" not in text.replace("AmazonSSM", "").lower()


def test_bootstrap_has_the_global_database_of_aurora_alone(deployed: Synthesised) -> None:
    found = deployed.stacks["bootstrap"].resources(RdsGlobalCluster)
    if deployed.environment.data.engine not in AURORA:
        assert found == {}
        return
    (cluster,) = found.values()
    assert cluster["global_cluster_identifier"] == "awspractice-database"
    assert (cluster["storage_encrypted"], cluster["deletion_protection"]) == (True, True)
    assert cluster["lifecycle"] == {"prevent_destroy": True}
    assert "force_destroy" not in cluster
    assert cluster["provider"] == "aws.us-east-1"


def test_versions_are_equal_everywhere(deployed: Synthesised) -> None:
    data = deployed.environment.data
    found = [database_of(stack)["engine_version"] for stack in regions(deployed)]
    found += [
        one["engine_version"]
        for one in deployed.stacks["bootstrap"].resources(RdsGlobalCluster).values()
    ]
    assert set(found) == {data.version}


def test_the_standby_has_neither_user_nor_password(deployed: Synthesised) -> None:
    first, second = map(database_of, regions(deployed))
    own = [key for key in first if "user" in key or "password" in key or "db_name" in key]
    assert len(own) >= 3
    assert not [key for key in second if "user" in key or "password" in key]
    assert not {"database_name", "db_name"} & second.keys()
    assert deployed.stacks["dr"].resources(SecretsmanagerSecret) == {}


def test_no_password_is_in_a_stack_or_would_be_in_a_state(deployed: Synthesised) -> None:
    primary = deployed.stacks["primary"]
    version = primary.only(SecretsmanagerSecretVersion)
    assert version["secret_string_wo"] == (
        '${jsonencode({username = "application", password ='
        " ephemeral.aws_secretsmanager_random_password.database_database_password"
        ".random_password})}"
    )
    assert "secret_string" not in version
    first = database_of(primary)
    (argument,) = [key for key in first if key.endswith("password_wo")]
    assert first[argument] == (
        "${jsondecode(ephemeral.aws_secretsmanager_secret_version.database_database_secret"
        ".secret_string).password}"
    )
    assert not {"password", "master_password", "manage_master_user_password"} & first.keys()
    stored = primary.json["ephemeral"]["aws_secretsmanager_secret_version"]
    assert stored["database_database_secret"]["secret_id"] == (
        "${aws_secretsmanager_secret_version.database_secret_version.secret_id}"
    ), "read only once it is written"


def test_the_secret_is_in_both_regions(deployed: Synthesised) -> None:
    secret = deployed.stacks["primary"].only(SecretsmanagerSecret)
    assert secret["name"] == "awspractice-database"
    assert secret["replica"] == [{"region": "us-east-1"}]
    assert secret["recovery_window_in_days"] == 30


def test_each_region_encrypts_with_a_key_of_its_own(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        found = database_of(stack)
        assert found["storage_encrypted"] is True
        assert found["kms_key_id"] == "${aws_kms_key.database_key.arn}"
        key = stack.resources(KmsKey)["database_key"]
        assert "logs." not in key["policy"]


def test_it_has_subnets_without_a_way_out(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        subnets = [name for name in stack.resources(Subnet) if name.startswith("database_")]
        assert len(subnets) == 3
        assert stack.only(DbSubnetGroup)["subnet_ids"] == [
            f"${{aws_subnet.{name}.id}}" for name in subnets
        ]
        routed = json.dumps(list(stack.resources(RouteTableAssociation).values()))
        assert "database" not in routed


def test_only_the_instances_reach_it(deployed: Synthesised) -> None:
    kind = KINDS[deployed.environment.data.engine]
    for stack in regions(deployed):
        group = "${aws_security_group.database_security_group.id}"
        assert database_of(stack)["vpc_security_group_ids"] == [group]
        into = [
            rule
            for rule in stack.resources(VpcSecurityGroupIngressRule).values()
            if rule["security_group_id"] == group
        ]
        (rule,) = into
        assert rule["referenced_security_group_id"] == (
            "${aws_security_group.instances_security_group.id}"
        )
        assert (rule["from_port"], rule["to_port"]) == (kind.port, kind.port)
        out = stack.resources(VpcSecurityGroupEgressRule)["instances_to_database"]
        assert (out["from_port"], out["referenced_security_group_id"]) == (kind.port, group)
        assert database_of(stack)["port"] == kind.port


def test_it_takes_tls_alone(deployed: Synthesised) -> None:
    kind = KINDS[deployed.environment.data.engine]
    for stack in regions(deployed):
        groups = [
            *stack.resources(RdsClusterParameterGroup).values(),
            *stack.resources(DbParameterGroup).values(),
        ]
        (group,) = groups
        assert {one["name"]: one["value"] for one in group["parameter"]} == kind.parameters
        assert ("slow_query_log" in kind.parameters) is ("slowquery" in kind.logs)


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("aurora-postgresql", "16.8", "aurora-postgresql16"),
        ("aurora-mysql", "8.0.mysql_aurora.3.10.0", "aurora-mysql8.0"),
        ("rds-postgres-replica", "15.4", "postgres15"),
        ("rds-mysql-replica", "8.4.3", "mysql8.4"),
    ],
)
def test_the_parameter_groups_family_is_the_versions(
    engine: str, version: str, family: str
) -> None:
    stack = Stacks(with_database(engine, engine_version=version))["dr"]
    groups = {
        **stack.resources(RdsClusterParameterGroup),
        **stack.resources(DbParameterGroup),
    }
    assert [group["family"] for group in groups.values()] == [family]


def test_what_a_failover_moves_is_ignored(deployed: Synthesised) -> None:
    aurora = deployed.environment.data.engine in AURORA
    for stack in regions(deployed):
        ignored = database_of(stack)["lifecycle"]["ignore_changes"]
        assert set(MOVED if aurora else ["replicate_source_db"]) <= set(ignored)
        assert database_of(stack)["lifecycle"]["prevent_destroy"] is True


def test_members_join_by_name(deployed: Synthesised) -> None:
    first, second = map(database_of, regions(deployed))
    if deployed.environment.data.engine in AURORA:
        joined = {one["global_cluster_identifier"] for one in (first, second)}
        assert joined == {"awspractice-database"}
        assert first["cluster_identifier"] != second["cluster_identifier"]
        return
    assert "replicate_source_db" not in first
    account = "${data.aws_caller_identity.account.account_id}"
    assert second["replicate_source_db"] == f"arn:aws:rds:ap-south-1:{account}:db:{PRIMARY}"


def test_logs_are_kept_as_long_as_all_others(deployed: Synthesised) -> None:
    kind = KINDS[deployed.environment.data.engine]
    folder = "cluster" if kind.aurora else "instance"
    for role, name in (("primary", PRIMARY), ("dr", STANDBY)):
        groups = deployed.stacks[role].resources(CloudwatchLogGroup).values()
        found = {one["name"]: one for one in groups if one["name"].startswith("/aws/rds")}
        assert found.keys() == {f"/aws/rds/{folder}/{name}/{log}" for log in kind.logs}
        assert {one["retention_in_days"] for one in found.values()} == {365}
        assert all("kms_key_id" in one for one in found.values())


def test_the_application_knows_its_own_regions_database(deployed: Synthesised) -> None:
    engine, kind = deployed.environment.data.engine, KINDS[deployed.environment.data.engine]
    for stack in regions(deployed):
        template = stack.only(LaunchTemplate)
        script = decoded(template)
        variables = variables_of(printed(script)[ENVIRONMENT_FILE].text)
        assert {key: value for key, value in variables.items() if "DATABASE" in key} == {
            "DATABASE_ENGINE": engine,
            "DATABASE_HOST": "@database-writer@",
            "DATABASE_READER_HOST": "@database-reader@",
            "DATABASE_PORT": str(kind.port),
            "DATABASE_NAME": "application",
            "DATABASE_SECRET": "awspractice-database",
        }
        address = "aws_rds_cluster.database_cluster" if kind.aurora else "aws_db_instance"
        endpoint = "endpoint" if kind.aurora else "database_instance.address"
        assert f'"@database-writer@", {address}.{endpoint}' in template["user_data"]
        assert script.count("@database-writer@") == script.count("@database-reader@") == 1


def test_the_application_may_read_its_secret_alone(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        (policy,) = [
            one
            for one in stack.resources(IamRolePolicy).values()
            if one.get("name") == "application"
        ]
        assert json.loads(policy["policy"])["Statement"] == [
            {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": SECRET}
        ]
        endpoint = stack.resources(VpcEndpoint)["secretsmanager_endpoint"]
        (statement,) = json.loads(endpoint["policy"])["Statement"]
        assert (statement["Action"], statement["Resource"]) == (
            ["secretsmanager:GetSecretValue"],
            SECRET,
        )


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


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_strategy_says_what_runs_in_the_standby(engine: str, strategy: str) -> None:
    stacks = varied(engine, strategy, "manual").stacks
    count = [len(stacks[role].resources(RdsClusterInstance)) for role in ROLES]
    if engine in AURORA:
        assert count == [2, {"hot": 2, "warm": 1, "pilot_light": 0}[strategy]]
    else:
        assert count == [0, 0]
        zones = [database_of(stacks[role])["multi_az"] for role in ROLES]
        assert zones == [True, strategy == "hot"]


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


def test_the_settings_reach_the_resources(deployed: Synthesised) -> None:
    engine = deployed.environment.data.engine
    environment = with_database(
        engine,
        database="shop",
        instance_class="db.r6g.xlarge",
        backup_days=35,
        storage_gib=40,
        final_snapshot=False,
        password_version=3,
        performance_insights=False,
    )
    stacks = Stacks(environment)
    first, second = (database_of(stacks[role]) for role in ROLES)
    assert first["database_name" if engine in AURORA else "db_name"] == "shop"
    assert {one["backup_retention_period"] for one in (first, second)} == {35}
    assert (first["skip_final_snapshot"], second["skip_final_snapshot"]) == (True, True)
    assert stacks["primary"].only(SecretsmanagerSecretVersion)["secret_string_wo_version"] == 3
    members = [
        one
        for role in ROLES
        for one in (
            list(stacks[role].resources(RdsClusterInstance).values())
            or list(stacks[role].resources(DbInstance).values())
        )
    ]
    assert {one["instance_class"] for one in members} == {"db.r6g.xlarge"}
    assert {one["performance_insights_enabled"] for one in members} == {False}
    if engine not in AURORA:
        assert (first["allocated_storage"], first["max_allocated_storage"]) == (40, 400)


def test_the_first_region_alone_leaves_a_snapshot(deployed: Synthesised) -> None:
    first, second = map(database_of, regions(deployed))
    assert first["skip_final_snapshot"] is False
    assert first["final_snapshot_identifier"] == f"{PRIMARY}-final"
    assert second["skip_final_snapshot"] is True


def test_no_stack_refers_to_another(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        assert "terraform_remote_state" not in stack.text
