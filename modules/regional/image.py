"""Which machine image an instance starts from."""

import re

# https://docs.aws.amazon.com/linux/al2023/ug/ec2.html; EC2 resolves it at each instance's start:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
AMAZON_LINUX_2023 = (
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
)
# A Graviton family has a "g" right after its generation (t4g, m7gd, c6gn); a1 is the first one.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
GRAVITON = re.compile(r"a1|[a-z]+\d+g[a-z]*")


def architecture(instance_type: str) -> str:
    """`arm64` for a Graviton type, `x86_64` for any other."""
    family = instance_type.partition(".")[0].partition("-")[0]
    return "arm64" if GRAVITON.fullmatch(family) else "x86_64"


def image_id(instance_type: str, ami: str | None) -> str:
    """The pinned image, or Amazon Linux 2023's newest: no look-up at plan time either way."""
    return ami or AMAZON_LINUX_2023.format(architecture=architecture(instance_type))
