"""What each region's database is, and which regions are gone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from environments import ROLES, Role

Part = Literal["writer", "standby", "fenced", "unfenced"]
"""What a region's server is, or will be when the region returns. fenced: a writer that was
replaced, and is read-only now. unfenced: one that was replaced and can still take writes."""


@dataclass(frozen=True)
class State:
    """How things stand. lost: the regions that are gone."""

    parts: Mapping[Role, Part]
    lost: frozenset[Role]
    partitioned: bool = False

    @property
    def writer(self) -> Role | None:
        """The region that takes writes; None while none does."""
        for role in ROLES:
            if self.parts[role] == "writer" and role not in self.lost:
                return role
        return None

    def of(self, role: Role) -> str:
        """For people and for the picture."""
        return "lost" if role in self.lost else self.parts[role]

    def make(self, role: Role, part: Part) -> "State":
        """With another part for a region."""
        return replace(self, parts={**self.parts, role: part})

    def lose(self, role: Role) -> "State":
        """Without a region."""
        return replace(self, lost=self.lost | {role})

    def find(self, role: Role) -> "State":
        """With a region that was gone."""
        return replace(self, lost=self.lost - {role})
