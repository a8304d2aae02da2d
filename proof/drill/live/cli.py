"""`failover drill --live`: the command line."""

from collections.abc import Sequence
from pathlib import Path

import typer

from environments import load_environment
from operations.aws import client
from proof.drill.live import drill as live
from proof.drill.live.ephemeral import run as ephemeral
from proof.drill.live.means import means_of
from proof.drill.live.vantage import PUBLIC_RESOLVERS
from terminal.console import console

# Seconds that a deployment has from its last apply until it serves by every resolver.
SETTLE = 20 * 60


def drill(
    environment: str,
    output: Path,
    *,
    copy: str | None,
    end: bool,
    confirmed: str | None,
    resolvers: Sequence[str] | None,
    although: str | None,
) -> None:
    """The drill on the real deployment, or on a throw-away copy of it; or its end."""

    def confirm(question: str) -> str:
        return confirmed or typer.prompt(question)

    out = console()
    settings = live.LiveSettings(environment, output, resolvers or PUBLIC_RESOLVERS, although)
    if copy is None:
        if end:
            live.end(load_environment(environment), out)
        else:
            live.run(settings, out, confirm=confirm)
        return
    throw_away = ephemeral.EphemeralSettings(environment, copy, output)
    if end:
        ephemeral.end(throw_away, out)
        return
    ephemeral.run(
        throw_away,
        out,
        confirm=confirm,
        drill=lambda deployed: live.drill(
            deployed, means_of(deployed, client), settings, out, settle=SETTLE
        ),
    )
