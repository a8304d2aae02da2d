"""A region's Auto Scaling group, as every command asks for it."""

from typing import Any

from functions.standby_readiness.standby import AbsentError, group_of
from operations.aws import Connect, refused
from terminal.errors import OperationError

Json = dict[str, Any]


def group_in(region: str, name: str, connect: Connect) -> Json:
    """The group as DescribeAutoScalingGroups has it. Raises OperationError if there is none, or if
    AWS does not say."""
    try:
        with refused(f"{name} in {region} cannot be read"):
            return group_of(connect("autoscaling", region), name)
    except AbsentError as error:
        raise OperationError(f"{error} in {region}") from None


def serving_instances(group: Json) -> list[Json]:
    """Its instances that get users: in service, and healthy."""
    return [
        one
        for one in group["Instances"]
        if (one["LifecycleState"], one["HealthStatus"]) == ("InService", "Healthy")
    ]
