"""Plays the drill on a real deployment against an embedded AWS, on a stage whose load balancers,
health checks and name servers are the local drill's."""

import asyncio
import tempfile
from pathlib import Path

from environments import Environment
from functions.failover_control.endpoint import Lookup
from proof.drill.clock import Clock
from proof.drill.journal import Journal
from proof.drill.live.means import Means
from proof.drill.live.play import play
from proof.drill.live.stage import LiveStage
from proof.drill.live.vantage import Vantage
from proof.drill.play import Result
from proof.drill.reading import read_emitted
from proof.drill.settings import Settings
from proof.drill.stage import Stage
from proof.drill.users import Web
from proof.drill.web_server import find_software
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.local.deployed.gates import Gate

FACTOR = 15
# Seconds until a new stage's name servers have its records.
VISIBLE = 600


def drilled(
    aws: EmbeddedAws, environment: Environment, means: Means, outdir: Path
) -> tuple[LiveStage, Result]:
    """outdir: holds the emitted stacks."""
    with tempfile.TemporaryDirectory(prefix="failover-drill-") as folder:
        Path(folder).chmod(0o755)  # as root, web servers run as nobody
        journal = Journal(Clock(FACTOR))
        stage = Stage(
            environment,
            read_emitted(outdir, environment),
            aws,
            settings=Settings(environment.name, factor=FACTOR),
            software=find_software(),
            folder=Path(folder),
            journal=journal,
        )
        return asyncio.run(_play(stage, aws, means))


async def _play(stage: Stage, aws: EmbeddedAws, means: Means) -> tuple[LiveStage, Result]:
    async with stage.running():
        vantage = _vantage_of(stage)
        live = LiveStage(
            stage.environment,
            means,
            vantage,
            journal=Journal(stage.clock),
            clear=lambda: _cleared(stage, vantage.lookup),
        )
        await stage.clock.until(lambda: all(stage.dns.route53.visible.values()), VISIBLE)
        gate = asyncio.create_task(Gate(aws, stage).follow())
        try:
            async with live.running(own_clock=False):
                return live, await play(live)
        finally:
            gate.cancel()


def _vantage_of(stage: Stage) -> Vantage:
    """The stage's own DNS, ports and certificates."""
    web = Web(stage._loopback.ports, stage._loopback.authority.user())
    names = ("one", "two", "three")
    return Vantage(web, [(name, stage.dns.resolver) for name in names], stage.dns.lookup())


def _cleared(stage: Stage, lookup: Lookup) -> str:
    assert stage._control is not None
    return stage._control.clear(lookup)
