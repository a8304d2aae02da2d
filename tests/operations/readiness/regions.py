"""A deployment whose regions answer as a test has it."""

from collections.abc import Callable
from typing import Any

from environments import Environment
from operations.readiness.deployment import Deployment
from tests.functions.standby_readiness.fakes import ACCOUNT, Fake

PRIMARY, STANDBY = "ap-south-1", "us-east-1"
STS = Fake(get_caller_identity={"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/ana"})


def nobody(role: str, region: str) -> Any:
    raise AssertionError(f"{role} is not to be assumed in {region}")


def deployment(
    environment: Environment,
    clients: dict[tuple[str, str], Fake],
    assume: Callable[[str, str], Any] = nobody,
) -> Deployment:
    """clients: by service and region. assume: gives those of a role, as `aws.assumed` does."""
    there = {("sts", environment.dr.region): STS, **clients}
    return Deployment(
        environment, client=lambda service, region, **_: there[service, region], assume=assume
    )


def both(service: str, primary: Fake, standby: Fake) -> dict[tuple[str, str], Any]:
    return {(service, PRIMARY): primary, (service, STANDBY): standby}
