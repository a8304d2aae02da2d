"""`failover ready`: the command line."""

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.readiness.commands import ready as run
from operations.readiness.deployment import Deployment
from terminal.console import console
from terminal.options import EnvironmentOption, JsonOption


def ready(
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT, as_json: JsonOption = False
) -> None:
    """Check whether the standby could take over now, and say what would keep it from that.

    Asks AWS and DNS, and changes nothing. Fails unless everything is in order and could be checked.
    """
    run(Deployment(load_environment(environment)), console(), as_json=as_json)
