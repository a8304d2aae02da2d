"""docs/first-deployment.md, every command of it, on a deployed system."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emitted import STACK_NAMES
from environments import ROLES
from modules.quotas import VCPUS
from tests.command_line import ROOT
from tests.operations.switch.runbook import run
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.lighter import lightened
from tests.sandbox.local.deployed.system import Deployed
from tests.terraform_runner import forget_checksums

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "first-deployment.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCK.findall(GUIDE.read_text()) for line in block.splitlines()]


def words(line: str) -> list[str]:
    return shlex.split(line, comments=True)


def of(program: str) -> list[list[str]]:
    return [words(line)[1:] for line in COMMANDS if words(line)[0] == program]


def test_every_command_is_of_a_kind_that_is_run_here() -> None:
    kinds = {words(line)[0] for line in COMMANDS}
    assert kinds == {"aws", "export", "make", "terraform", "./failover"}
    assert of("make") == [["synth"]]
    assert of("export") == [["AWS_STS_REGIONAL_ENDPOINTS=regional"]]
    assert of("./failover") == [["preflight"], ["status"]]


@pytest.mark.parametrize("command", of("aws"), ids=" ".join)
def test_aws_takes_it(command: list[str], mission: Deployed) -> None:
    if command[1] == "request-service-quota-increase":
        region = command[command.index("--region") + 1]
        mission.aws.allow(VCPUS.code, VCPUS.new_account, region)
    answer = run(command, mission.aws.client)
    check = CHECKS.get(command[1])
    if check is not None:
        assert check(answer), answer


# What the guide says of the answers.
CHECKS: dict[str, Any] = {
    "get-region-opt-status": lambda answer: answer["RegionOptStatus"].startswith("ENABLED"),
    "request-service-quota-increase": lambda answer: answer["RequestedQuota"]["DesiredValue"] == 14,
    "list-hosted-zones-by-name": lambda answer: len(answer["HostedZones"]) >= 1,
    "describe-alarm-history": lambda answer: any(
        item["HistorySummary"].startswith("Successfully executed action arn:aws:sns:")
        for item in answer["AlarmHistoryItems"]
    ),
    # Nothing is logged on loopback: that the bucket and the group are there is all that is asked.
    "list-objects-v2": lambda answer: answer["Name"].endswith("-logs"),
    "describe-log-streams": lambda answer: isinstance(answer["logStreams"], list),
    "describe-log-groups": lambda answer: len(answer["logGroups"]) == 1,
}


def test_every_check_is_of_a_command() -> None:
    assert {command[1] for command in of("aws")} >= set(CHECKS)


def test_every_region_of_the_deployment_is_asked_about(mission: Deployed) -> None:
    asked = {
        command[command.index("--region-name") + 1]
        for command in of("aws")
        if command[1] == "get-region-opt-status"
    }
    environment = mission.environment
    regions = {environment.regional(role).region for role in ROLES}
    assert asked == regions | {place.region for place in environment.switch_places}


def test_an_alarm_of_each_topic_is_raised_and_none_that_fails_over(mission: Deployed) -> None:
    raised = [command for command in of("aws") if command[1] == "set-alarm-state"]
    topics: set[str] = set()
    for command in raised:
        name = command[command.index("--alarm-name") + 1]
        assert name != mission.environment.endpoint_alarm
        cloudwatch = mission.aws.client("cloudwatch", command[command.index("--region") + 1])
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        topics |= set(alarm["AlarmActions"])
    assert len(topics) == len(raised) == 3


def test_synth_terraform_and_its_second_plan(mission: Deployed, tmp_path: Path) -> None:
    """With the states of the deployment: what is there is applied again, and plans clean. Without
    the web ACLs, which test_system.py plans a second time."""
    lighter = lightened(mission)
    subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env={
            **mission.runner.environ,
            "ENVIRONMENT": str(mission.file),
            "CDKTF_OUTDIR": str(tmp_path / "cdktf.out"),
        },
        check=True,
        capture_output=True,
    )
    lighter.prepare(tmp_path / "cdktf.out")
    state = f"bootstrap.{mission.environment.name}.tfstate"
    (tmp_path / state).write_bytes((mission.folder("bootstrap").parents[2] / state).read_bytes())
    verbs: dict[str, list[str]] = {}
    for folder, verb, *rest in of("terraform"):
        finished = subprocess.run(
            [mission.runner.executable, folder, verb, *rest],
            cwd=tmp_path,
            input="yes\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
            env={**mission.runner.environ, **mission.aws.variables},
        )
        assert finished.returncode == 0, f"{folder} {verb}: {finished.stdout}{finished.stderr}"
        forget_checksums(tmp_path / folder.removeprefix("-chdir="))
        verbs.setdefault(folder.rpartition("/")[2], []).append(verb)
    assert verbs == {stack: ["init", "apply", "plan"] for stack in STACK_NAMES}


@pytest.mark.parametrize(
    ("command", "shown"), [("preflight", "ready for the first apply"), ("status", "load balancer")]
)
def test_our_own_commands_answer(command: str, shown: str, mission: Deployed) -> None:
    (arguments,) = (found for found in of("./failover") if found[0] == command)
    finished = subprocess.run(
        [sys.executable, "-m", "cli", *arguments, "-e", str(mission.file)],
        cwd=ROOT,
        env={
            **mission.runner.environ,
            **mission.aws.variables,
            "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert shown in finished.stdout
