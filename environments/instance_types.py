"""What EC2's instance types are: their processor, and what they take of an account's quotas.

instance_types.json is generated (`python -m tests.refresh`) from the answers of EC2's
DescribeInstanceTypes that moto keeps; a type that is newer than it is unknown here.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from environments.model import Environment, Role

Architecture = Literal["x86_64", "arm64", "mac"]

FILE = Path(__file__).parent / "instance_types.json"
# A Graviton family has a "g" right after its generation (t4g, m7gd, c6gn); a1 is the first one.
# NVIDIA's Grace processors are told by a suffix (p6e-gb200).
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
ARM = re.compile(r"a1|[a-z]+\d+g[a-z]*(-.*)?|.*-g[bh]\d+")

# The quota of running on-demand instances, in vCPUs, that the first letters of a family count
# towards; the longest that fit. All others are Standard.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
STANDARD_QUOTA = "L-1216C47A"
QUOTAS = {
    **dict.fromkeys(("g", "vt"), "L-DB2E81BA"),
    "p": "L-417A185B",
    "f": "L-74FC7D96",
    "x": "L-7295265B",
    "u": "L-43DA4232",
    "inf": "L-1945791B",
    "trn": "L-2C3B7624",
    "dl": "L-6E869C2A",
    "hpc": "L-F7808C92",
}


@dataclass(frozen=True)
class InstanceType:
    """One that EC2 has. vcpus: as started by default."""

    name: str
    architecture: Architecture
    vcpus: int
    burstable: bool
    """Whether it has CPU credits:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html"""


@dataclass(frozen=True)
class VcpusNeeded:
    """vCPUs of one region's instances, all of one quota of the account in that region."""

    quota: str
    """Service Quotas' code, of the service `ec2`."""
    to_deploy: int
    """For the group as a new one starts."""
    to_take_over: int
    """Once a failover has brought the standby to the primary's size; `to_deploy` elsewhere."""
    at_most: int
    """At the group's maximum, while it also replaces instances: one more, or 10 %.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html"""


def known_type(name: str) -> InstanceType | None:
    """The instance type of this name; None for one that is unknown here."""
    family, _, size = name.partition(".")
    found = _families().get(family)
    if found is None or size not in found["vcpus"]:
        return None
    return InstanceType(
        name,
        architecture=found["architecture"],
        vcpus=found["vcpus"][size],
        burstable=found["burstable"],
    )


def architecture(name: str) -> Architecture:
    """Of a type that is unknown here, what its family's other sizes have, or its name tells."""
    family = name.partition(".")[0]
    found = _families().get(family)
    if found is not None:
        architecture: Architecture = found["architecture"]
        return architecture
    if family.startswith("mac"):
        return "mac"
    return "arm64" if ARM.fullmatch(family) else "x86_64"


def quota_of(name: str) -> str:
    """The code of the quota that a type counts towards."""
    letters = re.match(r"[a-z]*", name)
    start = letters[0] if letters else ""
    fitting = [prefix for prefix in QUOTAS if start.startswith(prefix)]
    return QUOTAS[max(fitting, key=len)] if fitting else STANDARD_QUOTA


def vcpus_needed(environment: Environment, role: Role) -> VcpusNeeded | None:
    """What a region's instances take of the account's quota there; None where the instance type is
    unknown."""
    settings = environment.regional(role)
    kind = known_type(settings.instance_type)
    if kind is None:
        return None
    capacity = settings.capacity
    to_take_over = capacity.desired
    if role == "dr" and environment.failover.activation:
        to_take_over = max(to_take_over, environment.primary.capacity.desired)
    at_most = capacity.max + max(1, math.ceil(capacity.max / 10))
    return VcpusNeeded(
        quota=quota_of(kind.name),
        to_deploy=capacity.desired * kind.vcpus,
        to_take_over=to_take_over * kind.vcpus,
        at_most=at_most * kind.vcpus,
    )


@cache
def _families() -> dict[str, dict[str, Any]]:
    families: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return families
