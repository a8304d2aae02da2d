"""The image fits the instance type's processor."""

import pytest

from modules.regional.image import architecture, image_id


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        *((name, "x86_64") for name in ("t3.micro", "t3a.small", "m7i-flex.large", "g4dn.xlarge")),
        *((name, "x86_64") for name in ("g6.xlarge", "c6in.large", "u-6tb1.metal", "p5.48xlarge")),
        *((name, "arm64") for name in ("t4g.micro", "m7gd.large", "c6gn.large", "a1.medium")),
        *((name, "arm64") for name in ("g5g.xlarge", "im4gn.large", "x2gd.large", "hpc7g.4xlarge")),
    ],
)
def test_architecture(instance_type: str, expected: str) -> None:
    assert architecture(instance_type) == expected


def test_the_newest_image_is_resolved_by_ec2_not_by_a_plan() -> None:
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    assert image_id("t4g.micro", None) == f"resolve:ssm:{parameter}"


def test_a_pinned_image_wins() -> None:
    assert image_id("t4g.micro", "ami-0123456789abcdef0") == "ami-0123456789abcdef0"
