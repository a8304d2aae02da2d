"""The switch, and drills."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from environments import RoutingControl
from functions.failover_control.routing_control import CLUSTER_SERVICE
from functions.standby_readiness.outcome import Status
from operations.readiness import people
from tests.arc import ROUTING_CONTROL
from tests.functions.standby_readiness.fakes import Fake, found, only, refusal
from tests.operations.readiness.regions import deployment
from tests.synthesis import example


def with_note(**days_ago: float) -> Fake:
    def get_object(Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "awspractice-space-state-dr-switch"
        if Key != "drills/last.json" or not days_ago:
            raise refusal("NoSuchKey")
        at = datetime.now(UTC) - timedelta(**days_ago)
        return {"LastModified": at, "Body": io.BytesIO(b"{}"), "ETag": "1"}

    return Fake(get_object=get_object)


@pytest.mark.parametrize(
    ("ago", "status", "words"),
    [
        ({"days": 3}, Status.READY, "3 days ago"),
        ({"days": 91}, Status.NOTE, "91 days ago"),
        ({}, Status.NOTE, "never drilled"),
    ],
)
def test_how_long_ago_the_last_drill_was(ago: dict[str, float], status: Status, words: str) -> None:
    there = deployment(example("mission"), {("s3", "us-east-1"): with_note(**ago)})
    one, said = only(people.drill_is_recent, there)
    assert one is status
    assert words in said


def place(*, is_set: bool | None) -> Fake:
    """A place of the switch; None does not answer."""
    found = {"LastModified": datetime.now(UTC), "Body": io.BytesIO(b"1"), "ETag": "1"}
    missing = refusal("SlowDown" if is_set is None else "NoSuchKey")
    return Fake(get_object=found if is_set else missing)


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (False, False, Status.READY),
        (True, True, Status.NOTE),
        (True, False, Status.FAULT),
        (False, None, Status.UNKNOWN),
    ],
)
def test_every_place_of_the_switch_says_the_same(
    first: bool | None, second: bool | None, status: Status
) -> None:
    places = {("s3", "us-east-1"): place(is_set=first), ("s3", "us-west-2"): place(is_set=second)}
    assert only(people.switch_is_readable, deployment(example("mission"), places))[0] is status


@pytest.mark.parametrize(("state", "status"), [("On", Status.READY), ("Off", Status.NOTE)])
def test_a_routing_control_is_asked_by_the_deployments_clients(state: str, status: Status) -> None:
    environment = example("mission")
    control = RoutingControl.model_validate(ROUTING_CONTROL)
    failover = environment.failover.model_copy(update={"routing_control": control})
    environment = environment.model_copy(update={"failover": failover})
    answers = Fake(get_routing_control_state={"RoutingControlState": state})
    cluster = {(CLUSTER_SERVICE, region): answers for region in control.endpoints}
    there = deployment(environment, {**cluster, ("s3", "us-east-1"): place(is_set=False)})
    assert only(people.switch_is_readable, there)[0] is status


def test_a_lost_region_keeps_no_other_bucket_from_being_checked() -> None:
    there = Fake(get_bucket_versioning={"Status": "Enabled"})
    lost = Fake(get_bucket_versioning=refusal("RegionLost"))
    regions = {("s3", "ap-south-1"): lost, ("s3", "us-east-1"): there, ("s3", "us-west-2"): there}
    said = found(people.buckets_are_versioned, deployment(example("mission"), regions))
    statuses = [status for status, _ in said]
    assert (statuses.count(Status.UNKNOWN), statuses.count(Status.READY)) == (1, 4)
