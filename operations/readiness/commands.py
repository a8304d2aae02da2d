"""What `failover ready` does."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from rich.console import Console

from operations.aws import operator
from operations.checks import CheckOutcome, refuse_unless_ready, table
from operations.readiness.checks import OF_THE_DEPLOYMENT, OF_THE_STANDBY
from operations.readiness.deployment import Deployment
from terminal.as_json import print_json

# A region that is lost lets each call wait for its limit, so that checks wait side by side.
AT_ONCE = 8


def ready(deployment: Deployment, console: Console, *, as_json: bool = False) -> None:
    """Shows what every check finds. Raises OperationError if anything stands in the way of a
    failover, or could not be checked."""
    operator(deployment.region("dr"), deployment.client)  # or every check would refuse
    outcomes = outcomes_of(deployment)
    if as_json:
        print_json(outcomes)
    else:
        console.print(table(outcomes))
    refuse_unless_ready(outcomes)
    if not as_json:
        region = deployment.environment.dr.region
        console.print(f"ready: {region} could take over now")


def outcomes_of(deployment: Deployment) -> list[CheckOutcome]:
    """What every check finds, in their order."""
    runs = [
        *(partial(check, deployment.standby) for check in OF_THE_STANDBY),
        *(partial(check, deployment) for check in OF_THE_DEPLOYMENT),
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(run) for run in runs]
        return [outcome for one in running for outcome in one.result()]
