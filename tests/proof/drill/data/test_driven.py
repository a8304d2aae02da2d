"""RDS as the control and the operator see it in a drill."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from environments import Role
from functions.failover_control.database import AuroraMember
from proof.drill.data.driven import DrivenRds

REGIONS: dict[Role, str] = {"primary": "ap-south-1", "dr": "us-east-1"}


def arn(role: Role) -> str:
    return f"arn:aws:rds:{REGIONS[role]}:123456789012:cluster:{role}"


class Rds:
    """Moves the writer at once, as the embedded AWS does."""

    def __init__(self) -> None:
        self.writer: str = arn("primary")

    def failover_global_cluster(self, **arguments: Any) -> dict[str, str]:
        self.writer = arguments["TargetDbClusterIdentifier"]
        return {"answer": "begun"}

    switchover_global_cluster = failover_global_cluster

    def describe_global_clusters(self, **_: Any) -> dict[str, Any]:
        members = [
            {"DBClusterArn": one, "IsWriter": one == self.writer}
            for one in (arn("primary"), arn("dr"))
        ]
        return {"GlobalClusters": [{"GlobalClusterMembers": members}], "more": "kept"}

    def describe_db_instances(self, **_: Any) -> dict[str, Any]:
        return {"DBInstances": [{"DBInstanceStatus": "available"}]}


@dataclass
class Servers:
    writer: Role | None = "primary"
    moving: str = ""
    replicates: bool = True
    asked: list[tuple[str, Role]] = field(default_factory=list[tuple[str, Role]])

    def begin_failover(self, to: Role) -> None:
        self.asked.append(("failover", to))
        self.moving = "failing-over"

    def begin_switchover(self, to: Role) -> None:
        self.asked.append(("switchover", to))
        self.moving = "switching-over"


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def driven(servers: Servers) -> DrivenRds:
    return DrivenRds(Rds(), servers, lambda region: "primary" if region[0] == "a" else "dr")


def member(driven: DrivenRds, role: Role = "dr") -> AuroraMember:
    """As the emitted control and the operator's commands see it."""
    return AuroraMember(driven, REGIONS[role], "global", role, "aurora-postgresql", "db.r7g.large")


def test_the_controls_promotion_is_a_failover_of_the_servers(
    driven: DrivenRds, servers: Servers
) -> None:
    member(driven).promote()
    assert servers.asked == [("failover", "dr")]


def test_it_is_under_way_until_the_servers_have_done_it(
    driven: DrivenRds, servers: Servers
) -> None:
    member(driven).promote()
    state = member(driven).state()
    assert (state.writes, state.moving) == (False, True), "though the embedded AWS has moved"
    servers.writer, servers.moving = "dr", ""
    state = member(driven).state()
    assert (state.writes, state.moving, state.writer) == (True, False, "us-east-1")


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize("role", ["primary", "dr"])
def test_copies_follow_if_the_servers_do(
    driven: DrivenRds, servers: Servers, role: Role, follows: bool
) -> None:
    servers.replicates = follows
    assert member(driven, role).state().replicates == follows


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("failover_global_cluster", {"AllowDataLoss": True}, "failover"),
        ("failover_global_cluster", {}, "switchover"),
        ("switchover_global_cluster", {}, "switchover"),
    ],
)
def test_only_a_failover_with_data_loss_loses_data(
    driven: DrivenRds, servers: Servers, call: str, arguments: dict[str, bool], expected: str
) -> None:
    answer = getattr(driven, call)(TargetDbClusterIdentifier=arn("dr"), **arguments)
    assert answer == {"answer": "begun"}
    assert servers.asked == [(expected, "dr")]


def test_everything_else_is_the_embedded_awss(driven: DrivenRds) -> None:
    assert driven.describe_db_instances()["DBInstances"]
    assert driven.describe_global_clusters()["more"] == "kept"
