"""The drill on a real deployment, against a deployed system whose load balancers, health checks and
name servers are the local drill's."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from environments.drill import Drill
from functions.failover_control.endpoint import Lookup
from proof.drill.clock import Clock
from proof.drill.delivering import connected
from proof.drill.evidence import write
from proof.drill.journal import Journal
from proof.drill.live.drill import check_settings
from proof.drill.live.evidence import evidence, leave_note
from proof.drill.live.means import Means, means_of
from proof.drill.live.play import play
from proof.drill.live.stage import LiveStage
from proof.drill.live.vantage import Vantage
from proof.drill.play import Result
from proof.drill.reading import read_emitted
from proof.drill.settings import Settings
from proof.drill.stage import Stage
from proof.drill.users import Web
from proof.drill.web_server import find_software
from tests.sandbox.local.deployed.gates import Gate
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

FACTOR = 15
APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")


@pytest.mark.long
@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
@pytest.mark.parametrize("fis", [False, True], ids=["closing", "experiment"])
def test_the_primary_is_taken_away_and_given_back(
    deployed: Deployed, *, fis: bool, tmp_path: Path, report: Callable[[str], None]
) -> None:
    drill = Drill(live=True, fis=fis)
    stacks = deployed.changed("drilled", drill=drill)
    applied = deployed.run(stacks / "primary", *APPLY)
    assert re.search(r"[1-9]\d* added, 0 changed, 0 destroyed", applied.stdout), applied.stderr
    environment = deployed.environment.model_copy(update={"drill": drill})
    check_settings(environment)
    connect = connected(deployed.aws)
    means = means_of(environment, connect)
    means.check()
    live, result = asyncio.run(drilled(deployed, environment, means, stacks.parent, tmp_path))
    assert result.holds, result.verdicts
    assert [one.scenario.key for one in result.played] == [
        "calm",
        "region lost",
        "region back",
        "failback",
    ]
    found = evidence(live, result, chosen="staging", where="on loopback")
    report(f"live drill of staging, {means.what}: on the standby after {moved_after(found)} s")
    assert write(tmp_path / "out", found)[1].read_text().startswith("<!DOCTYPE html>")
    leave_note(live, found, connect)
    plan = deployed.run(stacks / "primary", "plan", "-detailed-exitcode", "-input=false")
    assert plan.returncode == 0, plan.stdout


def moved_after(found: dict[str, Any]) -> float:
    return found["scenarios"][1]["everybody_on_the_standby"]


async def drilled(
    deployed: Deployed, environment: Any, means: Means, outdir: Path, folder: Path
) -> tuple[LiveStage, Result]:
    """Plays the live drill on a stage that follows the embedded AWS."""
    journal = Journal(Clock(FACTOR))
    stage = Stage(
        environment,
        read_emitted(outdir, environment),
        deployed.aws,
        settings=Settings("staging", factor=FACTOR),
        software=find_software(),
        folder=folder,
        journal=journal,
    )
    async with stage.running():
        vantage = vantage_of(stage)
        live = LiveStage(
            environment,
            means,
            vantage,
            journal=Journal(stage.clock),
            clear=lambda: cleared(stage, vantage.lookup),
        )
        await stage.clock.until(lambda: all(stage.dns.route53.visible.values()), 600)
        gate = asyncio.create_task(Gate(deployed.aws, stage).follow())
        try:
            async with live.running(own_clock=False):
                return live, await play(live)
        finally:
            gate.cancel()


def vantage_of(stage: Stage) -> Vantage:
    """The stage's own DNS, ports and certificates."""
    web = Web(stage._loopback.ports, stage._loopback.authority.user())
    names = ("one", "two", "three")
    return Vantage(web, [(name, stage.dns.resolver) for name in names], stage.dns.lookup())


def cleared(stage: Stage, lookup: Lookup) -> str:
    assert stage._control is not None
    return stage._control.clear(lookup)
