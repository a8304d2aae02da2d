"""How many instances an instance refresh may start and end now."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

# Of a group without an instance maintenance policy, whose defaults are the same:
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
MIN_HEALTHY = 90


class Bounds(NamedTuple):
    """How many instances of a group there must and may be."""

    least_healthy: int
    most: int


def bounds(preferences: Mapping[str, Any], desired: int) -> Bounds:
    """The bounds for a group of this desired capacity, rounded in favour of its users.

    Where they leave no room, the refresh makes some: with MaxHealthyPercentage, it launches an
    instance before it terminates one; without, it terminates one and launches its replacement at
    the same time.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """
    least = math.ceil(desired * preferences.get("MinHealthyPercentage", MIN_HEALTHY) / 100)
    percentage = preferences.get("MaxHealthyPercentage")
    most = math.floor(desired * (percentage or 100) / 100)
    if least < most:
        return Bounds(least, most)
    return Bounds(least - 1, most) if percentage is None else Bounds(least, most + 1)
