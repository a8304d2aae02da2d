"""Probes an AWS for instances that run a release."""

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.instances.applications import archive, server
from tests.sandbox.embedded_aws.instances.delivering import Delivery
from tests.sandbox.embedded_aws.processes import eventually


def instances_run_their_release(aws: EmbeddedAws) -> bool:
    made = Delivery(aws, desired=1)
    if made.states() != ["unhealthy"]:
        return False
    digest = made.deploy(archive(server()))
    return eventually(lambda: made.states() == ["healthy"]) and digest in made.console(
        min(made.instances)
    )
