from dataclasses import dataclass
from typing import Self

from emitted import Resource


@dataclass(frozen=True)
class Finding:
    """What breaks a rule. address: the resource, or the block of the stack."""

    stack: str
    address: str
    wrong: str
    wanted: str

    @classmethod
    def of(cls, resource: Resource, wrong: str, wanted: str) -> Self:
        """A finding about this resource."""
        return cls(resource.stack, resource.address, wrong, wanted)
