"""`failover over`, `back`, `pause` and `resume` on a deployed system with an Aurora database, with
the permissions that docs/permissions has for an operator who acts, and nothing more."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from environments import ROLES, Environment, Role
from functions.failover_control.agreed import HEALTHY_ADDRESS, SET_KEY, UNHEALTHY_ADDRESS
from operations.data import commands as data
from operations.data import overview
from operations.data.waiting import Patience
from operations.plans import commands, pausing
from operations.plans.commands import Options, PlanName, Watching
from operations.plans.facts import Facts
from operations.plans.policy import statements
from operations.plans.report import Report
from operations.switch.position import pause_of, switch_of
from sandbox.embedded_aws import EmbeddedAws
from sandbox.permissions.deployers import as_deployer, create_deployers, role_name
from terminal.errors import OperationError
from tests.command_line import ROOT
from tests.operations.plans.granted import grants, unneeded
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

POLICY = ROOT / "docs" / "permissions" / "releases" / "operator" / "act.json"
OPERATOR = "operator"
ADDRESSES: dict[Role, str] = {"primary": "203.0.113.1", "dr": "198.51.100.1"}


class Route53:
    """What the records would answer, of health checks that notice at once."""

    def __init__(self, environment: Environment, aws: EmbeddedAws) -> None:
        self.environment, self.aws = environment, aws

    def healthy(self, role: Role) -> bool:
        """The primary's application fails unless its database takes writes."""
        region = self.environment.regional(role).region
        return region not in self.aws.lost and (role == "dr" or region in self.writers)

    @property
    def writers(self) -> set[str]:
        region = self.environment.dr.region
        if region in self.aws.lost:
            return set()
        (found,) = self.aws.client("rds", region).describe_global_clusters()["GlobalClusters"]
        members = found["GlobalClusterMembers"]
        return {one["DBClusterArn"].split(":")[3] for one in members if one["IsWriter"]}

    @property
    def is_set(self) -> bool:
        return any(
            item["Key"] == SET_KEY
            for place in self.environment.switch_places
            for item in self.aws.client("s3", place.region)
            .list_objects_v2(Bucket=place.bucket)
            .get("Contents", [])
        )

    def __call__(self, name: str) -> set[str]:
        environment = self.environment
        for role in ROLES:
            if name == environment.health_name(role):
                return {HEALTHY_ADDRESS if self.healthy(role) else UNHEALTHY_ADDRESS}
            if name == environment.regional_name(role):
                return {ADDRESSES[role]}
        in_service = self.healthy("primary") and not self.is_set
        if name == environment.in_service_name:
            return {HEALTHY_ADDRESS if in_service else UNHEALTHY_ADDRESS}
        return {ADDRESSES["primary" if in_service else "dr"]}


class Operator:
    """Somebody with that policy, who says yes to everything."""

    def __init__(self, environment: Environment, aws: EmbeddedAws, folder: Path) -> None:
        self.environment, self.aws, self.folder = environment, aws, folder
        create_deployers(aws, {OPERATOR: [POLICY.read_text()]})
        self.role = as_deployer(aws, OPERATOR)
        self.route53 = Route53(environment, aws)
        self.console = Console(file=io.StringIO(), width=200)
        self.reports: list[Report] = []

    def connect(self, service: str, region: str, **_: Any) -> Any:
        return self.role.client(service, region)

    def run(self, plan: PlanName, **more: Any) -> None:
        given: dict[str, Any] = {"yes": True, "accept_loss": True, **more}
        options = Options(
            reason="a test",
            patience=Patience(0.2, 60),
            reports=self.folder / "reports",
            journals=self.folder / "journals",
            **given,
        )
        facts = Facts(
            self.environment,
            self.connect,
            self.route53,
            switch_of(self.environment, self.connect),
        )
        watching = Watching(lambda _: set(), every=0.01)
        commands.carry_out_plan(
            plan, facts, options, watching, self.console, tell=self.reports.append
        )

    @property
    def stands(self) -> dict[str, str]:
        return {one.what: one.now for one in self.reports[-1].stands}

    def resize(self, instances: int) -> None:
        """The primary gets so many."""
        settings = self.environment.primary
        self.aws.client("autoscaling", settings.region).set_desired_capacity(
            AutoScalingGroupName=settings.auto_scaling_group, DesiredCapacity=instances
        )

    def sizes(self) -> dict[Role, int]:
        found: dict[Role, int] = {}
        for role in ROLES:
            settings = self.environment.regional(role)
            (group,) = self.aws.client(
                "autoscaling", settings.region
            ).describe_auto_scaling_groups()["AutoScalingGroups"]
            found[role] = len(group["Instances"])
        return found


def test_users_and_the_writer_move_over_and_back(
    with_releases: Deployed,
    tmp_path: Path,
    report: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody answers
    environment, aws = with_releases.environment, with_releases.aws
    operator = Operator(environment, aws, tmp_path)
    primary, standby = environment.primary.region, environment.dr.region
    _pause_and_resume(operator)
    # As after a busy hour: target tracking gave the primary one more.
    grown = environment.primary.capacity.desired + 1
    operator.resize(grown)

    operator.run("over", accept_loss=False)
    assert operator.stands["name servers answer with"] == standby
    assert operator.stands["takes writes"] == standby
    assert operator.sizes()["dr"] == grown
    operator.run("over", yes=False, accept_loss=False)
    steps = {one.what for one in operator.reports[-1].entries if one.step}
    assert steps == {"done already"}

    operator.resize(environment.primary.capacity.min)
    operator.run("back")
    assert operator.stands["name servers answer with"] == primary
    assert operator.stands["takes writes"] == primary
    assert operator.stands["switch"] == "clear"
    assert operator.sizes()["primary"] == grown

    aws.lose(primary)
    with pytest.raises(OperationError, match="nobody answered; --accept-loss does"):
        operator.run("over", accept_loss=False)
    assert operator.stands["switch"] == "set"
    assert operator.stands["takes writes"] == "no region that answers"
    operator.run("over")
    assert operator.stands["takes writes"] == standby
    with pytest.raises(OperationError, match=f"{primary} is lost"):
        operator.run("back")
    aws.restore(primary)
    operator.run("back")
    assert operator.stands["takes writes"] == primary
    snapshots = aws.client("rds", primary).describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert any("-lost-writes-" in one["DBClusterSnapshotIdentifier"] for one in snapshots)
    _lose_the_standby_that_has_users(operator)
    overview.show(environment, operator.console, operator.connect)
    report(f"{len(operator.reports)} plans on {environment.name}, with the acting policy alone")

    needs = aws.needs(role_name(OPERATOR))
    assert unneeded(grants(statements(environment)), needs) == []


def _lose_the_standby_that_has_users(operator: Operator) -> None:
    environment, aws = operator.environment, operator.aws
    given: dict[str, Any] = {
        "confirm": lambda _: None,
        "console": operator.console,
        "patience": Patience(0.2, 60),
        "connect": operator.connect,
    }
    operator.run("over")
    aws.lose(environment.dr.region)
    switch = switch_of(environment, operator.connect)
    assert switch.setting() is not None, "the third region knows"
    data.promote(environment, "primary", **given)
    aws.restore(environment.dr.region)
    data.resync(environment, switch=switch, **given)
    operator.run("back")


def _pause_and_resume(operator: Operator) -> None:
    given: dict[str, Any] = {"console": operator.console, "connect": operator.connect}
    pausing.pause(operator.environment, minutes=60, by="ana", reason="racks", **given)
    assert "paused until" in operator.console.file.getvalue()  # pyright: ignore[reportAttributeAccessIssue]
    assert pause_of(operator.environment, operator.connect)
    pausing.resume(operator.environment, **given)
