"""`failover ready`: the command line."""

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.readiness.commands import ready as run
from operations.readiness.deployment import Deployment
from operations.readiness.policy import document
from terminal.console import console
from terminal.options import EnvironmentOption, JsonOption, PolicyOption


def ready(
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    as_json: JsonOption = False,
    policy: PolicyOption = False,
) -> None:
    """Check whether the standby could take over now, and say what would keep it from that.

    Asks AWS and DNS, and changes nothing. Fails unless everything is in order and could be checked.
    """
    loaded = load_environment(environment)
    if policy:
        typer.echo(document(loaded), nl=False)
        return
    run(Deployment(loaded), console(), as_json=as_json)
