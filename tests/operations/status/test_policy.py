"""The operator's least policy, and where docs/permissions keeps it. That it suffices, and that
nothing in it could be left out, is tested with a deployment."""

import json

import pytest

from environments import RoutingControl
from operations.status.policy import document, statements
from tests.arc import ARN, ROUTING_CONTROL
from tests.command_line import ROOT
from tests.databases import with_database
from tests.synthesis import example

PERMISSIONS = ROOT / "docs" / "permissions"


@pytest.mark.parametrize(("name", "folder"), [("mission", "."), ("releases", "releases")])
def test_the_documented_policies_are_generated(name: str, folder: str) -> None:
    """After a change: ./failover status -e tests/examples/NAME.toml --policy."""
    file = PERMISSIONS / folder / "operator" / "read.json"
    assert file.read_text() == document(example(name))


@pytest.mark.parametrize("engine", ["none", "aurora-postgresql", "rds-mysql-replica"])
def test_it_only_reads(engine: str) -> None:
    environment = example("mission") if engine == "none" else with_database(engine)
    actions = {action for one in statements(environment) for action in one["Action"]}
    assert actions
    for action in actions:
        assert action.partition(":")[2].startswith(("Describe", "Get", "List")), action


def test_an_rds_instance_has_a_name_and_auroras_are_listed() -> None:
    rds = {one["Sid"]: one for one in statements(with_database("rds-postgres-replica"))}
    assert rds["Databases"]["Resource"] == [
        "arn:aws:rds:ap-south-1:*:db:awspractice-ap-south-1-database",
        "arn:aws:rds:us-east-1:*:db:awspractice-us-east-1-database",
    ]
    assert "rds:DescribeDBInstances" not in rds["InBothRegions"]["Action"]
    aurora = {one["Sid"]: one for one in statements(with_database("aurora-mysql"))}
    assert "rds:DescribeDBInstances" in aurora["InBothRegions"]["Action"]


def test_without_a_switch_no_bucket_is_read() -> None:
    environment = example("mission")
    failover = environment.failover.model_copy(update={"failback": "automatic"})
    automatic = environment.model_copy(update={"failover": failover})
    assert "s3:" not in document(automatic)


def test_a_routing_control_is_read_and_its_notes() -> None:
    environment = example("mission")
    control = RoutingControl.model_validate(ROUTING_CONTROL)
    failover = environment.failover.model_copy(update={"routing_control": control})
    found = statements(environment.model_copy(update={"failover": failover}))
    by_sid = {one["Sid"]: one["Resource"] for one in found}
    assert by_sid["RoutingControl"] == ARN
    assert "failed-over" not in json.dumps(by_sid)
