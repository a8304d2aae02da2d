"""What RDS refuses of parameter groups."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import Service, unique
from tests.sandbox.embedded_aws.refusals.test_rds import COMBINATION, WRONG, cluster, instance

CLUSTERS, INSTANCES = "DBClusterParameterGroupName", "DBParameterGroupName"
OPERATIONS = {CLUSTERS: "db_cluster_parameter_group", INSTANCES: "db_parameter_group"}


@pytest.fixture(scope="module")
def rds(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "rds")


def group(rds: Service, kind: str, family: str) -> dict[str, str]:
    """A new group, by name."""
    named = {kind: unique()}
    asked = {**named, "DBParameterGroupFamily": family, "Description": "-"}
    rds.ok(f"create_{OPERATIONS[kind]}", **asked)
    return named


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (CLUSTERS, "aurora-postgresql99"),
        (CLUSTERS, "postgres16"),
        (INSTANCES, "postgresql16"),
        (INSTANCES, "mysql8"),
    ],
)
def test_families(rds: Service, kind: str, family: str) -> None:
    asked = {kind: unique(), "DBParameterGroupFamily": family, "Description": "-"}
    rds.refused(f"create_{OPERATIONS[kind]}", WRONG, "not a valid parameter group family", **asked)


def parameter(name: str, value: str) -> list[dict[str, Any]]:
    return [{"ParameterName": name, "ParameterValue": value, "ApplyMethod": "pending-reboot"}]


@pytest.mark.parametrize(
    ("kind", "family", "name", "value_and_said"),
    [
        (CLUSTERS, "aurora-postgresql16", "rds.force_tls", ("1", "Could not find parameter")),
        (INSTANCES, "aurora-postgresql16", "rds.force_ssl", ("1", "instance parameters")),
        (CLUSTERS, "aurora-mysql8.0", "rds.force_ssl", ("1", "Could not find parameter")),
        (CLUSTERS, "aurora-postgresql16", "rds.force_ssl", ("on", "allowed: 0, 1")),
        (CLUSTERS, "aurora-postgresql16", "rds.global_db_rpo", ("19", "allowed: 20-")),
        (INSTANCES, "postgres16", "log_statement", ("some", "none, ddl, mod, all")),
        (INSTANCES, "postgres16", "rds.global_db_rpo", ("20", "Could not find parameter")),
        (INSTANCES, "postgres16", "log_min_duration_statement", ("1s", "allowed: -1-")),
        (INSTANCES, "mysql8.0", "require_secure_transport", ("yes", "allowed: ON, OFF")),
    ],
)
def test_parameters(
    rds: Service, kind: str, family: str, name: str, value_and_said: tuple[str, str]
) -> None:
    value, said = value_and_said
    named = group(rds, kind, family)
    change = f"modify_{OPERATIONS[kind]}"
    rds.refused(change, WRONG, said, **named, Parameters=parameter(name, value))


@pytest.mark.parametrize(
    ("kind", "family", "name", "value"),
    [
        (CLUSTERS, "aurora-postgresql16", "rds.global_db_rpo", "20"),
        (CLUSTERS, "aurora-mysql8.0", "require_secure_transport", "ON"),
        (INSTANCES, "aurora-mysql8.0", "long_query_time", "0.5"),
        (INSTANCES, "postgres16", "rds.force_ssl", "1"),
        (INSTANCES, "mysql8.0", "slow_query_log", "1"),
    ],
)
def test_good_parameters(rds: Service, kind: str, family: str, name: str, value: str) -> None:
    named = group(rds, kind, family)
    rds.ok(f"modify_{OPERATIONS[kind]}", **named, Parameters=parameter(name, value))


def test_groups_fit_the_version(rds: Service) -> None:
    old, new = (group(rds, CLUSTERS, f"aurora-postgresql{major}") for major in (15, 16))
    wanted = "DBParameterGroupFamily aurora-postgresql16"
    rds.refused("create_db_cluster", COMBINATION, wanted, **cluster(**old))
    rds.ok("create_db_cluster", **cluster(**new))
    state = "InvalidDBParameterGroupState"
    rds.refused("delete_db_cluster_parameter_group", state, "in use by", **new)
    rds.ok("delete_db_cluster_parameter_group", **old)
    other = group(rds, INSTANCES, "mysql8.0")
    rds.refused("create_db_instance", COMBINATION, "postgres16", **instance(**other))
    rds.ok("create_db_instance", **instance(DBParameterGroupName="default.postgres16"))
