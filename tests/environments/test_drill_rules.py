"""What `[drill]` must be, together with the rest of the file."""

from typing import Any

import pytest

from environments import EnvironmentFileError
from environments.loading import check

EXISTING = {
    "vpc_id": "vpc-01234567",
    "public_subnets": ["subnet-01234561", "subnet-01234562", "subnet-01234563"],
    "private_subnets": ["subnet-01234564", "subnet-01234565", "subnet-01234566"],
    "ipv6": False,
}


def mistakes(file: dict[str, Any], **drill: Any) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file | {"drill": drill}, "some.toml")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_by_default_nothing_can_be_drilled(mission_file: dict[str, Any]) -> None:
    drill = check(mission_file, "some.toml").drill
    assert (drill.live, drill.fis, drill.minutes) == (False, False, 15)


def test_an_experiment_is_live(mission_file: dict[str, Any]) -> None:
    assert mistakes(mission_file, fis=True) == ["drill.live: must be true with drill.fis = true"]


def test_an_experiment_cuts_no_subnets_of_others_off(mission_file: dict[str, Any]) -> None:
    del mission_file["primary"]["cidr"]
    mission_file["primary"]["existing_network"] = EXISTING
    assert mistakes(mission_file, live=True, fis=True) == [
        "drill.fis: must be false with primary.existing_network: others use its subnets too"
    ]
    assert check(mission_file | {"drill": {"live": True}}, "some.toml").drill.live


@pytest.mark.parametrize("minutes", [4, 61])
def test_it_ends_in_minutes(mission_file: dict[str, Any], minutes: int) -> None:
    (mistake,) = mistakes(mission_file, live=True, minutes=minutes)
    assert mistake.startswith("drill.minutes: ")
