"""The journal of a drill: events, states over time, and every user request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from environments import Role
from proof.drill.clock import Clock

Served = Role | None
"""The region whose page was served; None if none was."""
Kind = Literal["scenario", "fault", "operator", "control", "state"]
LateKind = Literal["extending", "holding"]
"""Users who ask through a resolver that extends TTLs, or who hold a connection while it answers."""


@dataclass(frozen=True)
class Event:
    at: float
    kind: Kind
    what: str


@dataclass(frozen=True)
class Request:
    """One user's request: when it began and ended, and its outcome.

    outcome: "served", or why not. redirects: how many were followed. secure: whether it ended on
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
    """Everything in order of time."""

    clock: Clock
    events: list[Event] = field(default_factory=list[Event])
    requests: list[Request] = field(default_factory=list[Request])
    late: dict[LateKind, list[Request]] = field(default_factory=dict[LateKind, list[Request]])
    """Those of users who follow late, whom no verdict judges."""
    compared: list[tuple[float, bool]] = field(default_factory=list[tuple[float, bool]])
    """When each A or AAAA query came in, and whether both records led to the same region."""
    states: dict[str, list[tuple[float, str]]] = field(
        default_factory=dict[str, list[tuple[float, str]]]
    )
    """For each thing with a state: its states, and when each began."""
    listeners: list[Callable[[Event], None]] = field(default_factory=list[Callable[[Event], None]])

    def tell(self, kind: Kind, what: str) -> None:
        """Records an event, and passes it on to the listeners."""
        event = Event(self.clock.now, kind, what)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)

    def compare(self, agree: bool) -> None:
        """Records whether A and AAAA led to the same region."""
        self.compared.append((self.clock.now, agree))

    def state(self, of: str, state: str, *, silently: bool = False) -> None:
        """Records a state if it is new. Every change after the first is an event, unless
        `silently`."""
        known = self.states.setdefault(of, [])
        if known and known[-1][1] == state:
            return
        known.append((self.clock.now, state))
        if len(known) > 1 and not silently:
            self.tell("state", f"{of}: {state}")

    def now(self, of: str) -> str:
        """The latest state; empty if there is none."""
        known = self.states.get(of)
        return known[-1][1] if known else ""

    def latest(self) -> dict[int, Request]:
        return {request.user: request for request in self.requests[-200:]}
