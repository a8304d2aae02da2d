"""With only the `aws` command, an operator moves the switch as `failover switch` does."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from environments import Environment
from functions.failover_control.switch import Place, Switch
from sandbox.embedded_aws import EmbeddedAws
from tests.operations.switch.runbook import commands, run, write_files
from tests.synthesis import example

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mission(aws: EmbeddedAws) -> Environment:
    found = example("mission")
    for place in found.switch_places:
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
        given = elsewhere if place.region != "us-east-1" else {}
        aws.client("s3", place.region).create_bucket(Bucket=place.bucket, **given)
    return found


def switch_of(environment: Environment, client_of: Any) -> Switch:
    return Switch(
        [
            Place(client_of("s3", place.region), place.bucket, place.region)
            for place in environment.switch_places
        ]
    )


SET, CLEAR = "Move users off a degraded primary", "Bring users back"


def test_they_set_and_clear_the_switch(
    mission: Environment, aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(SET, tmp_path)
    switch = switch_of(mission, aws.client)
    looks = commands("Check the state")
    for look in looks:
        with pytest.raises(ClientError, match="404"):
            run(look, aws.client)

    for command in commands(SET):
        run(command, aws.client)
        assert switch.setting() is not None
    for look in looks:
        run(look, aws.client)
    for command in commands(SET):
        with pytest.raises(ClientError, match="PreconditionFailed"):
            run(command, aws.client)  # the first reason is kept

    for command in commands(CLEAR):
        run(command, aws.client)
    assert switch.setting() is None
    assert switch.cleared_at() is not None, "else a late alarm would set it again"


@pytest.mark.parametrize("heading", ["Check the state", SET, CLEAR])
def test_they_are_of_both_places(mission: Environment, heading: str) -> None:
    """Every command for one place has its counterpart for the other."""
    places = {(place.region, place.bucket): set[str]() for place in mission.switch_places}
    for service, operation, *options in commands(heading):
        given = dict(zip(options[::2], options[1::2], strict=True))
        place = given.pop("--region"), given.pop("--bucket")
        places[place].add(" ".join([service, operation, *given.values()]))
    first, second = places.values()
    assert first == second
