"""EC2's instance types: the kept table is EC2's own, and what follows from it."""

from typing import Any

import pytest
from moto.ec2.models.instance_types import INSTANCE_TYPES

from environments import EnvironmentFileError
from environments.instance_types import (
    FILE,
    STANDARD_QUOTA,
    architecture,
    known_type,
    quota_of,
    vcpus_needed,
)
from environments.loading import check
from tests.refresh import instance_types_text


def test_the_table_is_the_one_that_refresh_writes() -> None:
    assert FILE.read_text() == instance_types_text()


def test_every_type_has_the_processor_that_ec2_says() -> None:
    """Each of a thousand, not each family."""
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


def test_every_type_is_known_with_its_vcpus() -> None:
    for name, kind in INSTANCE_TYPES.items():
        known = known_type(name)
        assert known is not None
        assert known.vcpus == kind["VCpuInfo"]["DefaultVCpus"]
        assert known.burstable == kind["BurstablePerformanceSupported"]


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        # Newer than the table, or made up.
        *((name, "arm64") for name in ("p6e-gb200.36xlarge", "m19gd.large", "c12gn.large")),
        *((name, "x86_64") for name in ("m19i.large", "m19i-flex.large", "g19.xlarge")),
        # A size that the table's family does not have.
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


@pytest.mark.parametrize(
    ("instance_type", "quota"),
    [
        *((name, STANDARD_QUOTA) for name in ("t3.micro", "m7gd.large", "im4gn.large", "d3.large")),
        ("g5.xlarge", "L-DB2E81BA"),
        ("vt1.3xlarge", "L-DB2E81BA"),
        ("p5.48xlarge", "L-417A185B"),
        ("u-6tb1.metal", "L-43DA4232"),
        ("inf2.xlarge", "L-1945791B"),
        ("hpc7g.4xlarge", "L-F7808C92"),
        ("x2gd.large", "L-7295265B"),
    ],
)
def test_a_type_counts_towards_its_familys_quota(instance_type: str, quota: str) -> None:
    assert quota_of(instance_type) == quota


def test_what_a_region_takes_of_the_quota(mission_file: dict[str, Any]) -> None:
    """A new account's default is 5: neither region of the mission fits."""
    mission = check(mission_file, "some.toml")
    primary, dr = vcpus_needed(mission, "primary"), vcpus_needed(mission, "dr")
    assert primary is not None
    assert dr is not None
    # t3.micro has two; of six, one more while it is replaced.
    assert (primary.to_deploy, primary.to_take_over, primary.at_most) == (6, 6, 14)
    assert (dr.to_deploy, dr.to_take_over, dr.at_most) == (4, 6, 14)
    assert primary.quota == STANDARD_QUOTA


def test_without_activation_a_failover_takes_no_more(mission_file: dict[str, Any]) -> None:
    mission_file["failover"]["activation"] = False
    dr = vcpus_needed(check(mission_file, "some.toml"), "dr")
    assert dr is not None
    assert dr.to_take_over == dr.to_deploy == 4


def test_of_an_unknown_type_nobody_knows(mission_file: dict[str, Any]) -> None:
    mission_file["dr"]["instance_type"] = "m19i.large"
    assert vcpus_needed(check(mission_file, "some.toml"), "dr") is None
