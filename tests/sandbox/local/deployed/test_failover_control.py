"""The failover control, as the real provider deployed it: latch, wake, clear, rest; and after each
of them, a plan that would change nothing.

AWS Lambda itself is not there: the function runs in this process, with the variables that it was
deployed with, and DNS says what the test wants.
"""

import base64
import hashlib
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.failover_control.agreed import HEALTHY_ADDRESS, NEEDED_KEY, UNHEALTHY_ADDRESS
from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.handler import control_from, handle
from modules.functions.package import archive
from tests.command_line import ROOT
from tests.functions.failover_control.world import Run
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.system import EITHER, Deployed

pytestmark = pytest.mark.slow

MINUTE = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
Dns = dict[str, str]


@pytest.fixture
def control(lighter: Deployed, monkeypatch: pytest.MonkeyPatch) -> "Control":
    return Control(lighter, monkeypatch)


class Control:
    """The deployed function, called as the schedule calls it."""

    def __init__(self, deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
        self._environment = deployed.environment
        region = deployed.environment.dr.region
        function = deployed.aws.client("lambda", region).get_function(
            FunctionName=f"{deployed.environment.name}-failover-control"
        )["Configuration"]
        self.configuration: dict[str, Any] = function
        self.variables: dict[str, str] = function["Environment"]["Variables"]
        for name in ("AWS_REGION", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        role = deployed.aws.assume(function["Role"].rpartition("/")[2])
        given = {**role.variables, **self.variables, "AWS_DEFAULT_REGION": region}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        # boto3's own would keep the credentials that it has seen first.
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        # No test waits until DNS is believed again after its own clear.
        monkeypatch.setattr("functions.failover_control.control.DISTRUST_DNS", timedelta(0))

    def minute(self, health: str) -> list[str]:
        """A scheduled minute in which Route 53 says so of the primary."""
        dns = {
            self._environment.health_name("primary"): {health},
            self._environment.health_name("dr"): {HEALTHY_ADDRESS},
        }
        return handle(MINUTE, Run(), lookup=lambda name: dns[name], sleep=lambda _: None)

    def later(self) -> list[str]:
        """A look long after failback."""
        now = datetime.now(UTC) + REST_AFTER
        return replace(control_from(self.variables), now=lambda: now).act(Health.HEALTHY)


def group(deployed: Deployed) -> dict[str, Any]:
    (found,) = deployed.aws.client(
        "autoscaling", deployed.environment.dr.region
    ).describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def size(deployed: Deployed) -> tuple[int, int]:
    """Instances, and how many of them are guarded against scaling in."""
    instances = group(deployed)["Instances"]
    return len(instances), sum(one["ProtectedFromScaleIn"] for one in instances)


def objects(deployed: Deployed) -> list[set[str]]:
    """The keys in each of the switch's places, the standby's first."""
    found: list[set[str]] = []
    for place in deployed.environment.switch_places:
        s3 = deployed.aws.client("s3", place.region)
        listed = s3.list_objects_v2(Bucket=place.bucket).get("Contents", [])
        found.append({item["Key"] for item in listed})
    return found


def is_set(deployed: Deployed) -> list[bool]:
    return ["failed-over" in keys for keys in objects(deployed)]


def positions(deployed: Deployed) -> list[float]:
    """What was published of the switch, the last last."""
    cloudwatch = deployed.aws.client("cloudwatch", deployed.environment.dr.region)
    name = f"{deployed.environment.name}-failover-switch"
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    query = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")}
    # Second by second, which moto keeps: each look publishes.
    wanted = {"Metric": query, "Period": 1, "Stat": alarm["Statistic"]}
    now = datetime.now(UTC)
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "switch", "MetricStat": wanted}],
        StartTime=now - timedelta(minutes=5),  # moto walks through every second of the span
        EndTime=now + timedelta(minutes=1),
        ScanBy="TimestampAscending",
    )
    return found["MetricDataResults"][0]["Values"]


def switch(deployed: Deployed, *arguments: str) -> str:
    """`failover switch`, as an operator runs it whom no name server answers."""
    asked = deployed.aws.environ()
    del asked["FAILOVER_NAME_SERVERS"]
    finished = subprocess.run(
        [sys.executable, "-m", "cli", "switch", *arguments, "-e", str(deployed.file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        env=asked,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def assert_no_changes(deployed: Deployed, *stacks: Path | str) -> None:
    plan = ("plan", "-detailed-exitcode", "-input=false", "-no-color")
    with ThreadPoolExecutor() as pool:
        plans = list(pool.map(lambda stack: deployed.run(stack, *plan), stacks))
    for finished in plans:
        assert finished.returncode == 0, finished.stdout + finished.stderr


def apply(deployed: Deployed, stack: Path | str) -> str:
    applied = deployed.run(stack, "apply", "-auto-approve", "-input=false", "-no-color")
    assert applied.returncode == 0, applied.stderr
    return applied.stdout


@pytest.mark.parametrize("deployed", EITHER, indirect=True)
def test_a_failover_is_kept_until_an_operator_ends_it(
    lighter: Deployed, control: Control, report: Callable[[str], None]
) -> None:
    environment, aws = lighter.environment, lighter.aws
    resting, serving = environment.dr.capacity.desired, environment.primary.capacity.desired
    assert control.minute(HEALTHY_ADDRESS) == []
    assert size(lighter) == (resting, 0)
    assert positions(lighter)[-1] == 0

    aws.lose(environment.primary.region)
    said = control.minute(UNHEALTHY_ADDRESS)
    assert said[:3] == ["standby woken", "switch set", "standby woken"]
    assert is_set(lighter) == [True, True]
    assert NEEDED_KEY in objects(lighter)[0]
    assert size(lighter) == (serving, serving)
    assert positions(lighter)[-1] == 1
    assert "by failover-control: the primary's health check failed" in switch(lighter, "show")
    assert_no_changes(lighter, "global")
    said = apply(lighter, "dr")
    assert "No changes." in said
    assert "0 added, 0 changed, 0 destroyed" in said
    assert size(lighter) == (serving, serving)

    aws.restore(environment.primary.region)
    assert control.minute(HEALTHY_ADDRESS) == []
    assert is_set(lighter) == [True, True], "a recovered primary takes nothing back"

    aws.lose(environment.primary.region)
    switch(lighter, "clear", "--yes", "--force", "--reason", "the primary is back")
    assert is_set(lighter) == [False, False]
    aws.restore(environment.primary.region)
    assert control.minute(HEALTHY_ADDRESS) == []
    assert size(lighter) == (serving, serving), "it stays awake for a while"
    assert control.later() == ["standby at rest"]
    assert size(lighter) == (resting, 0)
    assert_no_changes(lighter, "primary", "dr", "global")
    report(f"{environment.name}: {resting} to {serving} instances and back, no plan changes any")


@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
def test_an_operator_fails_over(lighter: Deployed, control: Control) -> None:
    """From a primary that its health check finds healthy, and with its region gone."""
    environment = lighter.environment
    lighter.aws.lose(environment.primary.region)
    assert "set: users move to" in switch(lighter, "set", "--yes", "--reason", "it limps")
    assert ": it limps" in switch(lighter, "show")
    control.minute(HEALTHY_ADDRESS)
    assert positions(lighter)[-1] == 1
    assert size(lighter)[0] == environment.primary.capacity.desired
    assert ": it limps" in switch(lighter, "show"), "the function leaves the reason alone"
    switch(lighter, "clear", "--yes", "--force")
    assert "clear, since" in switch(lighter, "show")
    assert control.later() == ["standby at rest"]
    assert_no_changes(lighter, "dr", "global")


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
@pytest.mark.parametrize("place", [0, 1])
def test_with_one_of_its_places_lost_a_failover_is_kept_and_repeated_once_it_is_back(
    lighter: Deployed, control: Control, place: int
) -> None:
    lost = lighter.environment.switch_places[place].region
    with suppress(ExceptionGroup):  # the lost region is told of
        lighter.aws.lose(lost)
        control.minute(UNHEALTHY_ADDRESS)
    lighter.aws.restore(lost)
    assert is_set(lighter) == [place != 0, place != 1]
    assert f"switch set in {lost} too" in control.minute(HEALTHY_ADDRESS)
    assert is_set(lighter) == [True, True]
    lighter.aws.lose(lost)
    assert f"not yet clear in {lost}" in switch(lighter, "clear", "--yes", "--force")
    lighter.aws.restore(lost)
    assert f"switch cleared in {lost} too" in control.minute(HEALTHY_ADDRESS)
    assert is_set(lighter) == [False, False]


@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
def test_a_pilot_light_wakes(lighter: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = lighter.environment
    capacity = environment.dr.capacity.model_copy(update={"min": 0, "desired": 0})
    asleep = environment.dr.model_copy(
        update={"capacity": capacity, "session_manager_endpoints": False}
    )
    failover = environment.failover.model_copy(update={"strategy": "pilot_light"})
    folder = lighter.changed("pilot-light", "dr", dr=asleep, failover=failover) / "dr"
    anew = "-replace=aws_autoscaling_group.auto_scaling_group"
    assert lighter.run(folder, "apply", "-auto-approve", "-input=false", anew).returncode == 0
    assert size(lighter) == (0, 0)
    control = Control(lighter, monkeypatch)
    assert control.minute(HEALTHY_ADDRESS) == []
    assert size(lighter) == (0, 0)

    control.minute(UNHEALTHY_ADDRESS)
    serving = environment.primary.capacity.desired
    assert size(lighter) == (serving, serving)
    assert_no_changes(lighter, folder)
    switch(lighter, "clear", "--yes", "--force")
    assert control.later() == ["standby at rest"]
    assert size(lighter) == (0, 0)

    apply(lighter, "dr")
    assert size(lighter) == (1, 0), "the minimum is Terraform's"


def test_what_is_deployed_is_what_was_tested(lighter: Deployed, control: Control) -> None:
    digest = base64.b64encode(hashlib.sha256(archive().read_bytes()).digest()).decode()
    assert control.configuration["CodeSha256"] == digest
    assert control.configuration["Runtime"] == "python3.13"
    retries = lighter.aws.client(
        "lambda", lighter.environment.dr.region
    ).get_function_event_invoke_config(FunctionName=control.configuration["FunctionName"])
    assert retries["MaximumRetryAttempts"] == 0
    assert retries["DestinationConfig"]["OnFailure"]["Destination"].endswith("-dead-letters")
