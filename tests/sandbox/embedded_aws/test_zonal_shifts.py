"""ARC's zonal shifts in the embedded AWS: what is kept, and what is refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from tests.operations.zone.balanced_region import balanced_region
from tests.synthesis import example

pytestmark = pytest.mark.slow

REGION, ZONE = "ap-south-1", "aps1-az1"
ENDED = "CANCELED"  # codespell:ignore


@pytest.fixture(scope="module")
def balancer(aws: EmbeddedAws) -> str:
    return balanced_region(aws, example("mission"), "primary")


@pytest.fixture(scope="module")
def shifting(aws: EmbeddedAws) -> Any:
    return aws.client("arc-zonal-shift", REGION)


def start(shifting: Any, balancer: str, **changed: Any) -> dict[str, Any]:
    asked = {"resourceIdentifier": balancer, "awayFrom": ZONE, "expiresIn": "1h", "comment": ""}
    return shifting.start_zonal_shift(**{**asked, **changed})


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_shift_is_kept_until_it_is_cancelled(shifting: Any, balancer: str) -> None:
    shift = start(shifting, balancer, comment="one")["zonalShiftId"]
    resource = shifting.get_managed_resource(resourceIdentifier=balancer)
    assert resource["appliedWeights"] == {"aps1-az1": 0.0, "aps1-az2": 1.0, "aps1-az3": 1.0}
    assert [one["zonalShiftId"] for one in resource["zonalShifts"]] == [shift]
    shifting.update_zonal_shift(zonalShiftId=shift, comment="two")
    assert shifting.cancel_zonal_shift(zonalShiftId=shift)["status"] == ENDED
    (listed,) = shifting.list_zonal_shifts(resourceIdentifier=balancer)["items"]
    assert (listed["status"], listed["comment"]) == (ENDED, "two")
    assert shifting.list_zonal_shifts(status="ACTIVE")["items"] == []
    with pytest.raises(ClientError) as error:
        shifting.cancel_zonal_shift(zonalShiftId=shift)
    assert code(error) == ("ConflictException", 409)


def test_a_load_balancer_takes_one_shift(shifting: Any, balancer: str) -> None:
    shift = start(shifting, balancer)["zonalShiftId"]
    with pytest.raises(ClientError) as error:
        start(shifting, balancer, awayFrom="aps1-az2")
    assert code(error) == ("ConflictException", 409)
    shifting.cancel_zonal_shift(zonalShiftId=shift)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"awayFrom": "use1-az1"}, ("ValidationException", 400)),
        ({"awayFrom": "ap-south-1a"}, ("ValidationException", 400)),
        ({"expiresIn": "73h"}, ("ValidationException", 400)),
        ({"expiresIn": "90s"}, ("ValidationException", 400)),
        ({"comment": "x" * 129}, ("ValidationException", 400)),
        ({"resourceIdentifier": "arn:of-another"}, ("ResourceNotFoundException", 404)),
    ],
)
def test_what_is_refused(
    shifting: Any, balancer: str, changed: dict[str, str], expected: tuple[str, int]
) -> None:
    with pytest.raises(ClientError) as error:
        start(shifting, balancer, **changed)
    assert code(error) == expected


def test_shifts_are_of_a_region(aws: EmbeddedAws, shifting: Any, balancer: str) -> None:
    shift = start(shifting, balancer)["zonalShiftId"]
    other = aws.client("arc-zonal-shift", "us-east-1")
    assert other.list_managed_resources()["items"] == []
    with pytest.raises(ClientError) as error:
        other.cancel_zonal_shift(zonalShiftId=shift)
    assert code(error) == ("ResourceNotFoundException", 404)
    shifting.cancel_zonal_shift(zonalShiftId=shift)
