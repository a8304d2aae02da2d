"""The image matches the instance type's processor."""

import pytest

from modules.regional.image import image_id


@pytest.mark.parametrize(
    ("instance_type", "architecture"), [("t4g.micro", "arm64"), ("t3.micro", "x86_64")]
)
def test_the_newest_image_is_resolved_by_ec2_not_by_a_plan(
    instance_type: str, architecture: str
) -> None:
    parameter = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
    assert image_id(instance_type, None) == f"resolve:ssm:{parameter}"


def test_a_pinned_image_wins() -> None:
    assert image_id("t4g.micro", "ami-0123456789abcdef0") == "ami-0123456789abcdef0"
