"""The machine image that instances start from."""

from environments.instance_types import architecture

# https://docs.aws.amazon.com/linux/al2023/ug/ec2.html; EC2 resolves it whenever an instance starts:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
AMAZON_LINUX_2023 = (
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
)


def image_id(instance_type: str, ami: str | None) -> str:
    """The pinned image, or the newest Amazon Linux 2023. Neither needs a lookup at plan time."""
    return ami or AMAZON_LINUX_2023.format(architecture=architecture(instance_type))
