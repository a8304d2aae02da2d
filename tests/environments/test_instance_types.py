"""EC2's instance types: our table matches EC2's, and what follows from it."""

from typing import Any

import pytest
from moto.ec2.models.instance_types import INSTANCE_TYPES

from environments import EnvironmentFileError
from environments.instance_types import (
    FILE,
    architecture,
    known_type,
)
from environments.loading import check
from tests.refresh import instance_types_text


def test_the_table_is_the_one_that_refresh_writes() -> None:
    assert FILE.read_text() == instance_types_text()


def test_every_type_has_the_processor_that_ec2_says() -> None:
    """Checks a thousand types, not just each family."""
    wrong: dict[str, Any] = {}
    for name, kind in INSTANCE_TYPES.items():
        supported = kind["ProcessorInfo"]["SupportedArchitectures"]
        expected = {"mac": {"x86_64_mac", "arm64_mac"}}.get(
            architecture(name), {architecture(name)}
        )
        if not expected & set(supported):
            wrong[name] = supported
    assert len(INSTANCE_TYPES) > 1000
    assert wrong == {}


def test_every_type_is_known() -> None:
    for name, kind in INSTANCE_TYPES.items():
        known = known_type(name)
        assert known is not None
        assert known.burstable == kind["BurstablePerformanceSupported"]


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        # Newer than the table, or made up.
        *((name, "arm64") for name in ("p6e-gb200.36xlarge", "m19gd.large", "c12gn.large")),
        *((name, "x86_64") for name in ("m19i.large", "m19i-flex.large", "g19.xlarge")),
        # A size missing from the table for its family.
        ("m7g.9xlarge", "arm64"),
        ("mac9.metal", "mac"),
    ],
)
def test_an_unknown_type_is_told_by_its_name(instance_type: str, expected: str) -> None:
    assert known_type(instance_type) is None
    assert architecture(instance_type) == expected


@pytest.mark.parametrize("instance_type", ["mac2.metal", "mac1.metal", "a1.medium"])
def test_a_type_that_amazon_linux_does_not_run_on_is_refused(
    mission_file: dict[str, Any], instance_type: str
) -> None:
    mission_file["dr"]["instance_type"] = instance_type
    with pytest.raises(EnvironmentFileError, match=rf"dr\.instance_type: must .*'{instance_type}'"):
        check(mission_file, "some.toml")


def test_an_a1_may_have_an_image_of_its_own(mission_file: dict[str, Any]) -> None:
    mission_file["dr"] |= {"instance_type": "a1.medium", "ami": "ami-0123456789abcdef0"}
    assert check(mission_file, "some.toml").dr.instance_type == "a1.medium"
