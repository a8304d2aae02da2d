"""What each engine, strategy and kind of promotion puts into the stacks."""

import pytest
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup
from cdktf_cdktf_provider_aws.rds_cluster_instance import RdsClusterInstance
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import RdsClusterParameterGroup
from cdktf_cdktf_provider_aws.rds_global_cluster import RdsGlobalCluster
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion

from environments import ROLES
from tests.conftest import Synthesised
from tests.databases import AURORA, ENGINES, with_database
from tests.stacks.databases import PRIMARY, STRATEGIES, database_of, regions, varied
from tests.synthesis import Stacks

MOVED = ["replication_source_identifier", "global_cluster_identifier", "engine_version"]


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
