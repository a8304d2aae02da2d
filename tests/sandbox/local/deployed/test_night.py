"""docs/local.md's night on call, every command of it, on a deployed system."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from functions.failover_control.agreed import HEALTHY_ADDRESS
from operations.switch.name_servers import NameServers
from tests.command_line import ROOT, failover
from tests.operations.switch.runbook import run
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

HEADING = "## Rehearse a night on call\n"
SECTION = (ROOT / "docs" / "local.md").read_text().partition(HEADING)[2].partition("\n## ")[0]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCK.findall(SECTION) for line in block.splitlines()]
# What nobody is there to answer.
ANSWERS = {"over": ["--yes"], "back": ["--yes"]}
Say = Callable[[str], str]


@pytest.fixture
def say(mission: Deployed, tmp_path: Path) -> Say:
    """Types one line of the page, or another command, and returns what is shown."""

    def typed(line: str) -> str:
        program, *words = shlex.split(line, comments=True)
        if program == "aws":
            return str(run(words, mission.aws.client))
        local = words[0] == "local"
        more = [] if local else ["-e", str(mission.file), *ANSWERS.get(words[0], [])]
        if words[0] in ANSWERS:
            more += ["--every", "0.1", "--timeout", "20", "--report", str(tmp_path)]
        finished = failover(
            *words,
            *more,
            folder=mission.workspace.folder if local else None,
            environ={
                **mission.aws.variables,
                "HOME": str(tmp_path),
                "XDG_STATE_HOME": str(tmp_path),
            },
        )
        return finished.stdout + finished.stderr

    return typed


def test_it_goes_as_the_page_says(say: Say, mission: Deployed) -> None:
    primary, standby = mission.environment.primary.region, mission.environment.dr.region
    seen: list[tuple[str, str]] = []
    for line in COMMANDS:
        if line.startswith("./failover local restore"):
            assert "the primary is not healthy" in say("./failover back")
        seen.append((line, say(line)))
    said = iter(seen)

    def next_of(command: str) -> str:
        return next(shown for line, shown in said if line.startswith(command))

    assert f"{primary} is lost" in next_of("./failover local lose")
    mail = next_of("./failover local mail")
    assert 'ALARM: "awspractice-primary-endpoint"' in mail
    assert "First run ./failover status. What to do: docs/alarms.md#primary-endpoint\n" in mail
    status = next_of("./failover status")
    assert f"users are in {standby}, and the switch is clear" in status
    assert "docs/alarms.md#primary-endpoint" in status
    assert f"Users stay in {standby} until `failover back`." in next_of("./failover over")
    assert "the switch is set: users stay on the standby until" in next_of("./failover status")
    next_of("./failover local restore")
    status = next_of("./failover status")
    assert re.search(rf"name servers +standby, {standby}", status), "it is back, and users are not"
    assert "whether the standby could take over again" in next_of("./failover back")
    mails = next_of("./failover local mail")
    assert re.findall(r'Subject: (\w+): "awspractice-([\w-]+)"', mails)[-2:] == [
        ("OK", "primary-endpoint"),
        ("OK", "primary-out-of-service"),
    ]
    next_of("aws autoscaling suspend")
    assert "What to do: docs/alarms.md#standby-not-ready\n" in next_of("./failover local mail")
    ready = next_of("./failover ready")
    faults = re.findall(r"^ ([\w ]+?)  +fault +(.*?) *$", ready, re.MULTILINE)
    assert [name for name, _ in faults] == ["group processes", "control reports"], ready
    assert "Launch" in faults[0][1]


def test_dns_fails_over_by_itself(mission: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any command: health checks see the loss, and the end of it."""
    environment, aws = mission.environment, mission.aws
    for name, value in aws.variables.items():
        monkeypatch.setenv(name, value)
    ask = NameServers(environment.dns.zone).ask
    there = {role: ask(environment.regional_name(role)).addresses for role in ("primary", "dr")}
    assert ask(environment.dns.domain).addresses == there["primary"]
    assert ask(environment.health_name("primary")).addresses == {HEALTHY_ADDRESS}
    aws.lose(environment.primary.region)
    assert ask(environment.dns.domain).addresses == there["dr"]
    aws.restore(environment.primary.region)
    assert ask(environment.dns.domain).addresses == there["primary"]
