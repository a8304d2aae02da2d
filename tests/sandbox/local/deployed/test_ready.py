"""`failover ready` of a deployed system: everything that is broken quietly is found by name."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from environments import Alarms
from functions.standby_readiness.checks import CHECKS
from functions.standby_readiness.handler import handle
from operations.readiness.checks import OF_THE_DEPLOYMENT
from sandbox.permissions.deployers import as_deployer, create_deployers, role_name
from tests.command_line import ROOT
from tests.operations.readiness.breaks import BREAKS
from tests.operations.readiness.whole import ON_CALL, Break, Whole, broken, make_whole
from tests.sandbox.local.deployed.conftest import Original, cloned

pytestmark = pytest.mark.slow

# Seconds until the instances of both regions run the release.
SERVING = 120
POLICY = ROOT / "docs" / "permissions" / "releases" / "operator" / "ready.json"
OPERATOR = "operator"
WRITES_ITS_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
WHERE_SOMETHING_IS_MISSING = {"s3:ListBucket"}
CASES = [(check, one) for check, ones in BREAKS.items() for one in ones]


@pytest.fixture(scope="module")
def whole(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A standby that could take over."""
    with cloned(original("releases"), tmp_path_factory.mktemp("ready") / "local") as clone:
        told = Alarms(emails=[ON_CALL])
        environment = clone.environment.model_copy(update={"alarms": told})
        one = Whole(environment, clone.aws)
        make_whole(one)
        end = time.monotonic() + SERVING
        while one.faults() and time.monotonic() < end:
            time.sleep(1)
        yield one


def test_a_standby_that_could_take_over_is_ready(whole: Whole) -> None:
    assert whole.faults() == []


@pytest.mark.parametrize(("check", "one"), CASES, ids=[one.__name__ for _, one in CASES])
def test_what_is_broken_is_found_by_name(whole: Whole, check: str, one: Break) -> None:
    with broken(one, whole):
        found = whole.run(check)
    assert [outcome for outcome in found if outcome.status.counts], found


def test_then_it_could_take_over_again(whole: Whole) -> None:
    """Each break was the only one, and what the check finds is not found anyway."""
    assert whole.faults() == []


def test_the_function_finds_nothing_with_its_own_role(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is deployed: its variables, and nothing but its permissions."""
    name = whole.environment.readiness_name
    function = whole.of("lambda").get_function(FunctionName=name)["Configuration"]
    standby = json.loads(function["Environment"]["Variables"]["STANDBY"])
    monkeypatch.setenv("STANDBY", json.dumps({**standby, "recipients": 1}))
    own = replace(whole, aws=whole.aws.assume(function["Role"].rpartition("/")[2]))
    region = whole.environment.dr.region
    assert handle({}, None, client=lambda service: own.client(service, region)) == []
    used = {action for action, *_ in whole.aws.needs(name)}
    assert granted(policy_of(whole, name)) <= used | WRITES_ITS_LOG | WHERE_SOMETHING_IS_MISSING


def policy_of(whole: Whole, role: str) -> dict[str, Any]:
    iam = whole.aws.client("iam", "us-east-1")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def granted(policy: dict[str, Any]) -> set[str]:
    return {action for one in policy["Statement"] for action in one["Action"]}


def test_an_operator_with_the_documented_policy_finds_nothing_and_needs_all_of_it(
    whole: Whole,
) -> None:
    policy = json.loads(POLICY.read_text())
    create_deployers(whole.aws, {OPERATOR: [json.dumps(policy)]})
    operator = replace(whole, aws=as_deployer(whole.aws, OPERATOR))
    assert operator.faults() == []
    used = {action for action, *_ in whole.aws.needs(role_name(OPERATOR))}
    assert granted(policy) == used


def test_there_are_at_least_25_and_every_check_that_can_fail_here_has_one() -> None:
    assert len(CASES) >= 25
    names = {check.name for check in (*CHECKS, *OF_THE_DEPLOYMENT)}
    assert names >= set(BREAKS)
    # Tested on stubs: this system has no tables and no fault of these.
    assert names - set(BREAKS) == {"tables", "secret", "accelerated recovery", "drill"}
