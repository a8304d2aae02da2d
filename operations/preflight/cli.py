"""`failover preflight`: the command line."""

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.preflight.account import Account
from operations.preflight.commands import preflight as run
from terminal.console import console
from terminal.options import EnvironmentOption


def preflight(environment: EnvironmentOption = DEFAULT_ENVIRONMENT) -> None:
    """Check that the account has what the first apply needs: quotas, regions, names, DNS.

    Asks AWS and DNS, and changes nothing. Fails unless everything is there and could be checked.
    """
    run(Account(load_environment(environment)), console())
