"""`failover zone`: what it starts, ends, shows and refuses."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli import failover
from environments import Environment
from operations.zone import commands
from operations.zone.overview import overview
from operations.zone.policy import statements
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import BadInputError, OperationError
from tests.command_line import ROOT
from tests.operations.delivery.delivering import log_in
from tests.operations.plans.granted import Grant, grants, unneeded
from tests.operations.zone.balanced_region import balanced_region
from tests.synthesis import EXAMPLES, example

pytestmark = pytest.mark.slow

A, B = "ap-south-1a", "ap-south-1b"
MISSION = str(EXAMPLES / "mission.toml")
POLICY = ROOT / "docs" / "permissions" / "operator" / "zonal-shift.json"


@pytest.fixture(scope="module")
def environment(aws: EmbeddedAws) -> Environment:
    found = example("mission")
    balanced_region(aws, found, "primary")
    balanced_region(aws, found, "dr", takes_shifts=False)
    return found


@pytest.fixture(scope="module")
def operator(aws: EmbeddedAws) -> EmbeddedAws:
    """The same AWS, with the permissions that docs/permissions has for an operator, alone."""
    iam = aws.client("iam", "us-east-1")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    iam.create_role(RoleName="operator", AssumeRolePolicyDocument=json.dumps(document))
    allowed = POLICY.read_text()
    iam.put_role_policy(RoleName="operator", PolicyName="zones", PolicyDocument=allowed)
    return aws.assume("operator")


@pytest.fixture(autouse=True)
def logged_in(operator: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    log_in(operator, monkeypatch)


@pytest.fixture(autouse=True)
def as_before(aws: EmbeddedAws, environment: Environment) -> Any:
    yield
    for region in aws.lost:
        aws.restore(region)
    shifting = aws.client("arc-zonal-shift", "ap-south-1")
    for one in shifting.list_zonal_shifts(status="ACTIVE")["items"]:
        shifting.cancel_zonal_shift(zonalShiftId=one["zonalShiftId"])
    autoscaling = aws.client("autoscaling", "ap-south-1")
    autoscaling.set_desired_capacity(
        AutoScalingGroupName=environment.primary.auto_scaling_group, DesiredCapacity=3
    )


def away(environment: Environment, zone: str = A, **given: Any) -> str:
    console = Console(file=io.StringIO(), width=200)
    options = {"lasts": "90m", "by": "pat", "reason": "", "force": False, "confirm": print}
    commands.away(environment, zone, console=console, **{**options, **given})
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def back(environment: Environment, zone: str = A) -> str:
    console = Console(file=io.StringIO(), width=200)
    commands.back(environment, zone, console=console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(failover, ["zone", *arguments, "-e", MISSION])
    assert result.exit_code == 0, result.output
    return result.output


def unneeded_of(aws: EmbeddedAws, environment: Environment) -> list[Grant]:
    """What the operator may do in the primary's region and has not needed so far."""
    granted = grants(statements(environment))
    return unneeded([one for one in granted if ":us-east-1:" not in one[1]], aws.needs("operator"))


def test_users_are_moved_away_and_back(environment: Environment) -> None:
    assert "ap-south-1a gets no new requests for 90m" in away(environment, reason="errors")
    shifted, other, *_ = overview(environment)
    assert (shifted.zone, shifted.zone_id, shifted.instances) == (A, "aps1-az1", 1)
    assert shifted.shift is not None
    assert shifted.shift.comment == "pat: errors"
    assert shifted.shift.until - shifted.shift.since == timedelta(minutes=90)
    assert other.shift is None
    assert "ap-south-1a gets requests again" in back(environment)
    assert overview(environment)[0].shift is None
    assert "is not shifted away" in back(environment)


def test_a_second_time_it_lasts_longer(environment: Environment) -> None:
    away(environment)
    assert "shifted away already" in away(environment, lasts="3h", reason="still")
    shift = overview(environment)[0].shift
    assert shift is not None
    assert shift.comment == "pat: still"
    assert abs(shift.until - datetime.now(UTC) - timedelta(hours=3)) < timedelta(minutes=1)


def test_one_zone_at_a_time(environment: Environment) -> None:
    away(environment)
    with pytest.raises(OperationError, match=f"run `failover zone back {A}` first"):
        away(environment, B)


def test_the_others_must_hold(aws: EmbeddedAws, environment: Environment) -> None:
    """One of three has failed, outside the zone."""
    autoscaling = aws.client("autoscaling", "ap-south-1")
    group = environment.primary.auto_scaling_group
    (found,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group])[
        "AutoScalingGroups"
    ]
    (victim,) = [one for one in found["Instances"] if one["AvailabilityZone"] == B]
    autoscaling.set_instance_health(
        InstanceId=victim["InstanceId"], HealthStatus="Unhealthy", ShouldRespectGracePeriod=False
    )
    with pytest.raises(OperationError, match="1 of 3 instances would serve, and 2 are needed"):
        away(environment)
    assert "gets no new requests" in away(environment, force=True)
    autoscaling.set_instance_health(
        InstanceId=victim["InstanceId"], HealthStatus="Healthy", ShouldRespectGracePeriod=False
    )


@pytest.mark.parametrize(
    ("desired", "zones", "least"), [(3, 3, 2), (2, 3, 1), (1, 2, 1), (0, 3, 1), (7, 3, 4)]
)
def test_a_group_spread_evenly_may_lose_a_zone(desired: int, zones: int, least: int) -> None:
    assert commands.needed(desired, zones) == least


def test_nothing_moves_without_consent(environment: Environment) -> None:
    def no(question: str) -> None:
        raise OperationError(question)

    with pytest.raises(OperationError, match=f"primary, ap-south-1 away from {A}, for 90m"):
        away(environment, confirm=no)
    assert overview(environment)[0].shift is None


def test_a_load_balancer_that_takes_no_shifts_is_named(environment: Environment) -> None:
    with pytest.raises(OperationError, match=r"drload .* set zonal_shift = true in \[dr\]"):
        away(environment, "us-east-1a")


@pytest.mark.parametrize("lasts", ["1m", "4320m", "72h"])
def test_the_shortest_and_the_longest(lasts: str, environment: Environment) -> None:
    assert f"for {lasts}" in away(environment, lasts=lasts)


def test_a_reason_must_leave_room_for_who_it_was(environment: Environment) -> None:
    with pytest.raises(BadInputError, match="--reason has 95 characters; ARC has room for 94"):
        away(environment, reason="x" * 95)


def test_a_long_name_is_cut_in_front(environment: Environment) -> None:
    """A role's session may have 64 characters, and its role as many."""
    arn = f"arn:aws:sts::123456789012:assumed-role/{'r' * 64}/{'s' * 26}@x.com"
    away(environment, by=arn, reason="x" * 94)
    shift = overview(environment)[0].shift
    assert shift is not None
    assert shift.comment == f"...{'s' * 23}@x.com: {'x' * 94}"


def test_a_lost_region_is_shown_beside_the_other(
    aws: EmbeddedAws, environment: Environment
) -> None:
    aws.lose("us-east-1")
    found = {one.zone: one for one in overview(environment)}
    assert found[A].trouble is None
    assert "us-east-1 is lost" in (found["us-east-1a"].trouble or "")
    aws.lose("ap-south-1")
    with pytest.raises(OperationError, match="no region answers"):
        overview(environment)


def test_on_the_command_line(
    aws: EmbeddedAws,
    environment: Environment,
    operator: EmbeddedAws,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The policy suffices, and all of it is needed."""
    monkeypatch.setenv("COLUMNS", "200")
    run("away", A, "--for", "1h", "--reason", "errors", "--yes")
    shown = run("show")
    assert "moved away until" in shown
    assert "takes no zonal shifts" in shown
    by = operator.client("sts", "us-east-1").get_caller_identity()["Arn"]
    first, *_, last = json.loads(run("show", "--json"))
    assert (first["zone"], first["instances"], first["trouble"]) == (A, 1, None)
    assert first["shift"]["comment"] == f"{by}: errors"
    assert (last["zone"], last["shift"]) == ("us-east-1c", None)
    assert "shifted away already" in run("away", A, "--yes")
    assert "gets requests again" in run("back", A)
    assert unneeded_of(aws, environment) == []
