"""`failover status` of a deployed system: whole, with a region lost, and with no more permissions
than docs/permissions has for an operator who only looks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from environments import ROLES, Environment
from functions.failover_control.agreed import UNHEALTHY_ADDRESS
from operations.status.commands import Observer
from operations.status.facts import Status
from sandbox.embedded_aws import EmbeddedAws
from sandbox.permissions.deployers import as_deployer, create_deployers
from tests.command_line import ROOT, failover
from tests.dns_server import name_server
from tests.operations.status.fakes import STANDBY, dns
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

POLICY = ROOT / "docs" / "permissions" / "releases" / "operator" / "read.json"
OPERATOR = "operator"


def with_policy(aws: EmbeddedAws, policy: dict[str, Any]) -> EmbeddedAws:
    """The AWS that an operator with this policy sees."""
    create_deployers(aws, {OPERATOR: [json.dumps(policy)]})
    return as_deployer(aws, OPERATOR)


def look(environment: Environment, aws: EmbeddedAws) -> Status:
    names = dns(environment)
    observer = Observer(
        environment, lambda name: names.get(name, set()), seconds=60, connect=aws.client
    )
    return observer.look()


def unread(status: Status) -> dict[str, str]:
    return {subject: one.error for subject, one in status.facts.items() if one.error is not None}


def test_the_operators_policy_suffices(with_releases: Deployed) -> None:
    environment, policy = with_releases.environment, json.loads(POLICY.read_text())
    status = look(environment, with_policy(with_releases.aws, policy))
    assert unread(status) == {}
    for name, role in zip(("primary", "standby"), ROLES, strict=True):
        settings = environment.regional(role)
        instances: Any = status.facts[f"{name}.instances"].value
        assert instances.in_service == settings.capacity.desired
        assert set(instances.zones) == set(settings.zones)
        targets: Any = status.facts[f"{name}.targets"].value
        assert targets.registered == settings.capacity.desired
        alarms: Any = status.facts[f"alarms.{settings.region}"].value
        assert alarms.missing == [], "each alarm has the name that status asks for"


def test_nothing_in_it_can_be_left_out(with_releases: Deployed) -> None:
    """Without any one action, status says what it may not read, and shows the rest."""
    environment, aws = with_releases.environment, with_releases.aws
    whole: dict[str, Any] = json.loads(POLICY.read_text())
    for number, statement in enumerate(whole["Statement"]):
        for action in statement["Action"]:
            less = json.loads(json.dumps(whole))
            less["Statement"][number]["Action"].remove(action)
            if not less["Statement"][number]["Action"]:
                del less["Statement"][number]
            status = look(environment, with_policy(aws, less))
            denied = unread(status)
            assert 0 < len(denied) < len(status.facts), f"{statement['Sid']} without {action}"
            assert all("cannot be read" in said for said in denied.values()), denied


class Operator:
    """Somebody at a terminal, while names on loopback answer as Route 53 would."""

    def __init__(self, deployed: Deployed, names: dict[str, set[str]], servers: str) -> None:
        self.deployed, self.names = deployed, names
        asked = {"FAILOVER_NAME_SERVERS": servers, "FAILOVER_RESOLVERS": servers}
        self._environ = {**deployed.aws.variables, **asked}

    def run(self, *arguments: str) -> str:
        chosen = ("-e", str(self.deployed.file))
        done = failover(*arguments, *chosen, environ=self._environ)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def status(self) -> dict[str, Any]:
        return json.loads(self.run("status", "--json", "--deadline", "25"))


@pytest.fixture
def operator(with_releases: Deployed) -> Iterator[Operator]:
    names = dns(with_releases.environment)
    with name_server(names) as servers:
        yield Operator(with_releases, names, servers)


def test_a_failover_as_an_operator_sees_it(operator: Operator) -> None:
    deployed, environment = operator.deployed, operator.deployed.environment
    primary, standby = environment.primary.region, environment.dr.region
    calm = operator.status()
    assert [one["error"] for one in calm["facts"].values() if one["error"]] == []
    assert calm["facts"]["serving.name-servers"]["value"]["region"] == primary
    assert calm["facts"]["switch"]["value"]["position"] == "clear"
    assert calm["facts"]["primary.database"]["value"]["writes"] is True
    assert f"users are in {primary}, where no target is healthy" in calm["attention"], (
        "no release was delivered yet"
    )

    deployed.aws.lose(primary)
    operator.names[environment.dns.domain] = {STANDBY}
    operator.names[environment.health_name("primary")] = {UNHEALTHY_ADDRESS}
    operator.run("switch", "set", "--yes", "--reason", "the region is lost")
    lost = operator.status()
    facts = lost["facts"]
    assert f"{primary}: nothing there can be read" in lost["attention"]
    for what in ("targets", "instances", "release", "database"):
        assert f"{primary} is lost" in facts[f"primary.{what}"]["error"]
        assert facts[f"standby.{what}"]["error"] is None
    assert facts["primary.health"]["value"]["status"] == "unhealthy"
    assert facts["serving.name-servers"]["value"]["region"] == standby
    assert facts["switch"]["value"]["position"] == "set"
    assert facts["switch"]["value"]["reason"] == "the region is lost"

    operator.run("data", "promote", "--accept-loss", "--every", "0.1", "--timeout", "20")
    assert operator.status()["facts"]["standby.database"]["value"]["writes"] is True
    deployed.aws.restore(primary)
    back = operator.status()
    assert f"{primary}: nothing there can be read" not in back["attention"]
    assert back["facts"]["primary.database"]["value"]["writes"] is False
