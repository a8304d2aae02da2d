"""What a deployment finds in the embedded AWS's account."""

import pytest

from environments import Environment
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.outside_world import create_outside_world
from terminal.errors import OperationError
from tests.synthesis import example

pytestmark = pytest.mark.slow
ZONE_ID = "Z0123456789CHOSEN"


def with_zone_id(zone_id: str | None) -> Environment:
    mission = example("mission")
    return mission.model_copy(update={"dns": mission.dns.model_copy(update={"zone_id": zone_id})})


def test_the_hosted_zone_has_the_files_id(aws: EmbeddedAws) -> None:
    """Terraform looks it up by this ID, and finds it."""
    environment = with_zone_id(ZONE_ID)
    for _ in range(2):  # again when it already exists
        create_outside_world(environment, aws)
    route53 = aws.client("route53", "us-east-1")
    found = route53.get_hosted_zone(Id=ZONE_ID)["HostedZone"]
    assert found["Name"] == f"{environment.dns.zone}."
    assert len(route53.list_hosted_zones()["HostedZones"]) == 1


def test_another_id_wants_a_new_aws(aws: EmbeddedAws) -> None:
    create_outside_world(with_zone_id(ZONE_ID), aws)
    create_outside_world(with_zone_id(None), aws)
    with pytest.raises(OperationError, match="exists with an ID other than"):
        create_outside_world(with_zone_id("Z0OTHER"), aws)
