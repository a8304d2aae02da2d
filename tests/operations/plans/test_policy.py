"""The operator's acting policies: generated, sufficient for every engine, and without anything that
is not needed. tests/sandbox/local/deployed proves it of a deployed system."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import failover
from environments import Role
from operations.plans.policy import document, statements
from sandbox.permissions.deployers import as_deployer, create_deployers, role_name
from tests.arc import ARN, ROUTING_CONTROL
from tests.command_line import ROOT
from tests.operations.data.conftest import Operator
from tests.operations.plans.conftest import environment_of
from tests.operations.plans.granted import grants, unneeded
from tests.synthesis import EXAMPLES, example

PERMISSIONS = ROOT / "docs" / "permissions"
PRIMARY, STANDBY = "ap-south-1", "us-east-1"
# AWS asks for these when a cluster gets an instance; the embedded AWS where the request names them:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
NOT_ASKED = (":subgrp:", ":pg:default.", ":og:default:")


@pytest.mark.parametrize(("name", "folder"), [("mission", "."), ("releases", "releases")])
def test_the_documented_policies_are_generated(name: str, folder: str) -> None:
    """After a change: ./failover over -e tests/examples/NAME.toml --policy."""
    file = PERMISSIONS / folder / "operator" / "act.json"
    assert file.read_text() == document(example(name))


@pytest.mark.parametrize(
    "command", ["over", "back", "pause", "resume", "switch set", "switch clear"], ids=str
)
def test_each_command_that_acts_prints_it(command: str) -> None:
    arguments = [*command.split(), "--policy", "-e", str(EXAMPLES / "mission.toml")]
    printed = CliRunner().invoke(failover, arguments).stdout
    assert printed == document(example("mission"))


def test_a_routing_control_is_moved_and_only_its_notes_are_written() -> None:
    environment = environment_of("routing control")
    found = {action: one["Resource"] for one in statements(environment) for action in one["Action"]}
    assert found["route53-recovery-cluster:UpdateRoutingControlState"] == ARN
    assert ROUTING_CONTROL["arn"] == ARN
    assert "failed-over" not in json.dumps(found)


def test_without_a_switch_only_the_need_is_noted() -> None:
    environment = environment_of("automatic")
    written = [one for one in statements(environment) if "s3:PutObject" in one["Action"]]
    assert [one["Resource"] for one in written] == [
        f"arn:aws:s3:::{environment.switch_bucket}/standby-needed"
    ]
    assert "cleared" not in json.dumps(statements(environment))


class SwitchThatIsSet:
    is_set = True

    def setting(self) -> str | None:
        return "set" if self.is_set else None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "strategy"),
    [
        ("aurora-postgresql", "hot"),
        ("aurora-mysql", "pilot_light"),
        ("rds-postgres-replica", "hot"),
    ],
)
def test_it_suffices_to_move_the_writer_there_and_back(
    operator_of: Any, engine: str, strategy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator: Operator = operator_of(engine, strategy)
    environment, aws = operator.environment, operator.aws
    allowed = [*statements(environment), SERVICE_LINKED_ROLE]
    create_deployers(aws, {"act": [json.dumps({"Version": "2012-10-17", "Statement": allowed})]})
    role = as_deployer(aws, "act")
    monkeypatch.setattr(operator, "connect", role.client)
    switch = SwitchThatIsSet()
    monkeypatch.setattr("operations.data.commands.switch_of", lambda *_: switch)
    moves: tuple[tuple[str, Role], ...] = ((PRIMARY, "dr"), (STANDBY, "primary"))
    for lost, taking in moves:
        aws.lose(lost)
        operator.promote(taking)
        aws.restore(lost)
        switch.is_set = taking == "dr"
        operator.resync()
    operator.show()
    if engine.startswith("aurora"):
        operator.switchover("dr")
        operator.switchover("primary")
    on_databases = [
        (action, arn)
        for action, arn in grants(statements(environment))
        if action.startswith(("rds:", "kms:", "ec2:", "cloudwatch:"))
        and not (action == "rds:CreateDBInstance" and any(one in arn for one in NOT_ASKED))
    ]
    assert unneeded(on_databases, aws.needs(role_name("act"))) == []


# RDS's own, which whoever deploys the database has created.
SERVICE_LINKED_ROLE = {
    "Effect": "Allow",
    "Action": "iam:CreateServiceLinkedRole",
    "Resource": "*",
}
