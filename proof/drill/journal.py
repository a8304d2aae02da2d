"""What happened in a drill: events, states over time, and every request of every user."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from environments import Role
from proof.drill.clock import Clock

Served = Role | None
"""Which region's page it was; None for none."""
Kind = Literal["scenario", "fault", "operator", "control", "state"]


@dataclass(frozen=True)
class Event:
    """Something that happened at a simulated second."""

    at: float
    kind: Kind
    what: str


@dataclass(frozen=True)
class Request:
    """One user's request: when it began and ended, and what came of it.

    outcome: "served", or why not. redirects: how many it followed. secure: whether it ended on
    HTTPS.
    """

    at: float
    ended: float
    user: int
    served: Served
    outcome: str
    redirects: int = 0
    secure: bool = False


@dataclass
class Journal:
    """Everything, in the order in which it happened."""

    clock: Clock
    events: list[Event] = field(default_factory=list[Event])
    requests: list[Request] = field(default_factory=list[Request])
    compared: list[tuple[float, bool]] = field(default_factory=list[tuple[float, bool]])
    """When DNS was asked for an A or AAAA record, and whether both led to one region."""
    states: dict[str, list[tuple[float, str]]] = field(
        default_factory=dict[str, list[tuple[float, str]]]
    )
    """By what has a state: since when it has had which."""
    listeners: list[Callable[[Event], None]] = field(default_factory=list[Callable[[Event], None]])

    def tell(self, kind: Kind, what: str) -> None:
        """Notes an event, and passes it on."""
        event = Event(self.clock.now, kind, what)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)

    def compare(self, agree: bool) -> None:
        """Notes whether A and AAAA led to one region."""
        self.compared.append((self.clock.now, agree))

    def state(self, of: str, state: str, *, silently: bool = False) -> None:
        """Notes a state where it is a new one; all but the first are events, unless silent."""
        known = self.states.setdefault(of, [])
        if known and known[-1][1] == state:
            return
        known.append((self.clock.now, state))
        if len(known) > 1 and not silently:
            self.tell("state", f"{of}: {state}")

    def now(self, of: str) -> str:
        """The latest state; empty where there is none."""
        known = self.states.get(of)
        return known[-1][1] if known else ""

    def latest(self) -> dict[int, Request]:
        """Each user's last request."""
        return {request.user: request for request in self.requests[-200:]}
