"""What EC2's instance types are: their processor, and whether they have CPU credits.

instance_types.json is generated (`python -m tests.refresh`) from the answers of EC2's
DescribeInstanceTypes that moto keeps; a type that is newer than it is unknown here.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Architecture = Literal["x86_64", "arm64", "mac"]

FILE = Path(__file__).parent / "instance_types.json"
# A Graviton family has a "g" right after its generation (t4g, m7gd, c6gn); a1 is the first one.
# NVIDIA's Grace processors are told by a suffix (p6e-gb200).
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
ARM = re.compile(r"a1|[a-z]+\d+g[a-z]*(-.*)?|.*-g[bh]\d+")


@dataclass(frozen=True)
class InstanceType:
    """One that EC2 has."""

    name: str
    architecture: Architecture
    burstable: bool
    """Whether it has CPU credits:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html"""


def known_type(name: str) -> InstanceType | None:
    """The instance type of this name; None for one that is unknown here."""
    family, _, size = name.partition(".")
    found = _families().get(family)
    if found is None or size not in found["sizes"]:
        return None
    return InstanceType(
        name,
        architecture=found["architecture"],
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


@cache
def _families() -> dict[str, dict[str, Any]]:
    families: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return families
