"""The least policy for `failover ready`, and where docs/permissions keeps it. That it suffices, and
that nothing in it could be left out, is tested with a deployment."""

import pytest

from environments import RoutingControl
from operations.readiness.policy import document, statements
from tests.arc import ARN, ROUTING_CONTROL
from tests.command_line import ROOT
from tests.operations.preflight.checking import with_dns
from tests.synthesis import example

PERMISSIONS = ROOT / "docs" / "permissions"


@pytest.mark.parametrize(("name", "folder"), [("mission", "."), ("releases", "releases")])
def test_the_documented_policies_are_generated(name: str, folder: str) -> None:
    """After a change: ./failover ready -e tests/examples/NAME.toml --policy."""
    file = PERMISSIONS / folder / "operator" / "ready.json"
    assert file.read_text() == document(example(name))


@pytest.mark.parametrize("name", ["mission", "staging", "releases", "tables"])
def test_it_only_reads(name: str) -> None:
    actions = {action for one in statements(example(name)) for action in one["Action"]}
    assert actions
    for action in actions:
        assert action.partition(":")[2].startswith(("Describe", "Get", "List")), action


def test_a_routing_control_is_read_and_no_object() -> None:
    environment = example("mission")
    control = RoutingControl.model_validate(ROUTING_CONTROL)
    failover = environment.failover.model_copy(update={"routing_control": control})
    found = document(environment.model_copy(update={"failover": failover}))
    assert ARN in found
    assert "failed-over" not in found


def test_a_zone_in_another_account_is_read_by_its_role() -> None:
    role = "arn:aws:iam::222233334444:role/failover-dns"
    environment = with_dns(example("mission"), role_arn=role, query_logs=False)
    allowed = {
        action: one["Resource"] for one in statements(environment) for action in one["Action"]
    }
    assert allowed["sts:AssumeRole"] == role
    assert [one for one in allowed if one.startswith("route53:")] == ["route53:GetHealthCheck"]
