"""The drill on a real deployment, against a deployed system: users move, and the primary is given
back by the drill, by AWS, or by whoever says so."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from environments import Environment
from environments.drill import Drill
from environments.writing import written
from operations.aws import Connect
from proof.drill.delivering import connected
from proof.drill.evidence import write
from proof.drill.live.closing import SCHEDULE
from proof.drill.live.drill import check_settings
from proof.drill.live.evidence import evidence, leave_note
from proof.drill.live.means import Means, means_of
from proof.drill.live.policy import statements
from sandbox.embedded_aws import EmbeddedAws
from sandbox.permissions.deployers import as_deployer, create_deployers, role_name
from terminal.errors import OperationError
from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.live_drilling import drilled
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")
OPERATOR = "operator"
# Seconds: a schedule is due at a whole one, and an experiment takes a minute at least.
SOON, MINUTE = 3, 60


@pytest.mark.long
@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
@pytest.mark.parametrize("fis", [False, True], ids=["closing", "experiment"])
def test_the_primary_is_taken_away_and_given_back(
    lighter: Deployed, *, fis: bool, tmp_path: Path, report: Callable[[str], None]
) -> None:
    deployed, drill = lighter, Drill(live=True, fis=fis)
    stacks = deployed.changed("drilled", drill=drill)
    applied = deployed.run(stacks / "primary", *APPLY)
    assert re.search(r"[1-9]\d* added, 0 changed, 0 destroyed", applied.stdout), applied.stderr
    environment = deployed.environment.model_copy(update={"drill": drill})
    connect = as_operator(deployed, environment)
    means = means_of(environment, connect)

    found = it_moves_users_and_brings_them_back(deployed.aws, environment, connect, stacks.parent)
    after = found["scenarios"][1]["everybody_on_the_standby"]
    report(f"live drill of staging, {means.what}: on the standby after {after} s")
    assert write(tmp_path / "out", found)[1].read_text().startswith("<!DOCTYPE html>")
    used = {action for action, *_ in deployed.aws.needs(role_name(OPERATOR))}
    assert {action for one in statements(environment) for action in one["Action"]} == used
    plan = deployed.run(stacks / "primary", "plan", "-detailed-exitcode", "-input=false")
    assert plan.returncode == 0, plan.stdout

    if fis:
        aws_ends_the_experiment(deployed, environment, means)
    else:
        aws_opens_the_load_balancer(deployed, environment, means)
    anybody_ends_it(deployed, environment, means, tmp_path)


def as_operator(deployed: Deployed, environment: Environment) -> Connect:
    """An operator with the least policy."""
    policy = {"Version": "2012-10-17", "Statement": statements(environment)}
    create_deployers(deployed.aws, {OPERATOR: [json.dumps(policy)]})
    return connected(as_deployer(deployed.aws, OPERATOR))


def it_moves_users_and_brings_them_back(
    aws: EmbeddedAws, environment: Environment, connect: Connect, outdir: Path
) -> dict[str, Any]:
    """Returns the evidence."""
    check_settings(environment)
    means = means_of(environment, connect)
    means.check()
    live, result = drilled(aws, environment, means, outdir)
    assert result.holds, result.verdicts
    keys = [one.scenario.key for one in result.played]
    assert keys == ["calm", "region lost", "region back", "failback"]
    found = evidence(live, result, chosen="staging", where="on loopback")
    leave_note(live, found, connect)
    return found


def aws_opens_the_load_balancer(deployed: Deployed, environment: Environment, means: Means) -> None:
    """The machine that ran the drill is dead; the schedule is due."""
    elb = deployed.aws.client("elbv2", environment.primary.region)

    def groups() -> list[str]:
        return elb.describe_load_balancers()["LoadBalancers"][0]["SecurityGroups"]

    own = groups()
    means.begin()
    assert groups() != own
    scheduler = deployed.aws.client("scheduler", environment.primary.region)
    schedule = scheduler.get_schedule(GroupName=environment.drills, Name=SCHEDULE)
    kept = ("GroupName", "Name", "FlexibleTimeWindow", "ActionAfterCompletion", "State", "Target")
    due = datetime.now(UTC) + timedelta(seconds=SOON)
    scheduler.update_schedule(
        ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})", **{name: schedule[name] for name in kept}
    )
    wait_until(lambda: groups() == own, seconds=10 * SOON)
    assert means.end() is False
    means.check()


def aws_ends_the_experiment(deployed: Deployed, environment: Environment, means: Means) -> None:
    """The machine that ran the drill is dead; a minute is over."""
    fis = deployed.aws.client("fis", environment.primary.region)
    (template,) = fis.list_experiment_templates()["experimentTemplates"]
    action: dict[str, Any] = fis.get_experiment_template(id=template["id"])["experimentTemplate"][
        "actions"
    ]["cut_off"]
    short = {**action, "parameters": {**action["parameters"], "duration": "PT1M"}}
    fis.update_experiment_template(id=template["id"], actions={"cut_off": short})
    means.begin()
    with pytest.raises(OperationError, match="a drill is under way"):
        means.check()
    wait_until(lambda: not under_way(means), seconds=2 * MINUTE)
    assert means.end() is False


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, f"not within {seconds} s"
        time.sleep(1)


def under_way(means: Means) -> bool:
    try:
        means.check()
    except OperationError:
        return True
    return False


def anybody_ends_it(
    deployed: Deployed, environment: Environment, means: Means, folder: Path
) -> None:
    """From another machine, by the command."""
    file = folder / "environment.toml"
    file.write_text(written(environment))
    means.begin()
    region = environment.primary.region
    assert end(deployed, file) == f"{region} is given back\n"
    assert end(deployed, file) == f"no drill has taken {region} away\n"
    means.check()


def end(deployed: Deployed, file: Path) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", "cli", "drill", "--live", "--end", "-e", str(file)],
        cwd=ROOT,
        env={**deployed.runner.environ, **deployed.aws.variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
