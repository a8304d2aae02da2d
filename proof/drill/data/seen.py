"""What became of the writes in one scenario."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from environments import Role
from functions.failover_control.endpoint import Health
from proof.drill.data.writers import Written, failures
from proof.drill.postgres.history import seconds_read_only
from proof.drill.postgres.ledger import Ledger, judge
from proof.drill.verdict import Verdict


@dataclass(frozen=True)
class PrimarySeen:
    """What becomes of the primary's instances while its database may only read."""

    health: Health
    """Route 53's verdict on the region, as DNS tells it at the end of a scenario."""
    healthy: int
    """How many are healthy for the load balancer then."""
    registered: int
    """Of how many."""
    replaced: int
    """How many their group has replaced in the scenario because the load balancer called them
    unhealthy."""


@dataclass(frozen=True)
class DataSeen:
    """In the drill's seconds. Where nothing else is said, of this scenario alone."""

    acknowledged: Mapping[Role, int]
    """Writes of users whom DNS leads, by the region that acknowledged them."""
    failed: Mapping[str, int]
    """Their attempts that failed, by outcome."""
    first: Mapping[Role, float]
    """Seconds until a region acknowledged its first."""
    stubborn: int
    """Writes that the primary acknowledged to who always writes there."""
    read_only: float
    """For how long no region took writes."""
    since_loss: float | None
    """From the primary's last loss until the standby acknowledged a write; None if it has not."""
    writer: Role | None
    """Who takes writes at the end."""
    follows: bool
    """Whether the other region's copy follows then."""
    primary: PrimarySeen
    behind: float
    """The most that it was behind."""
    caught_up: float | None
    """Seconds until it followed again, where that was waited for."""
    moves: tuple[Verdict, ...]
    """Of the changes of the writer."""
    earlier: tuple[Verdict, ...]
    """Of those before this scenario."""
    rest: tuple[Verdict, ...]
    """Of everything since the drill began."""
    totals: Mapping[str, Any]
    """Since the drill began."""


class Watched(Protocol):
    """What is known of the databases."""

    written: Written
    stubborn: Written
    lost_at: dict[Role, float]
    behind: float
    caught_up: float | None

    @property
    def writer(self) -> Role | None:
        """The region that takes writes."""
        ...


def seen(
    databases: Watched,
    ledger: Ledger,
    began: float,
    ended: float,
    *,
    told: int,
    follows: bool,
    primary: PrimarySeen,
) -> DataSeen:
    """told: how many changes of the writer there were before this scenario. follows, primary: as in
    what is returned."""
    pairs = databases.written.between(began, ended)
    acknowledged = [write for write, _ in pairs if write.role is not None]
    first: dict[Role, float] = {}
    for write in acknowledged:
        first.setdefault(write.role or "primary", write.ended - began)
    stubborn = [write for write, _ in databases.stubborn.between(began, ended) if write.role]
    verdicts = judge(ledger)
    moves = len(ledger.moves)
    return DataSeen(
        acknowledged=Counter(write.role for write in acknowledged if write.role is not None),
        failed=failures(pairs),
        first=first,
        stubborn=len(stubborn),
        read_only=seconds_read_only(ledger.history, began, ended),
        since_loss=_since_loss(databases, ledger),
        writer=databases.writer,
        follows=follows,
        primary=primary,
        behind=databases.behind,
        caught_up=databases.caught_up,
        moves=tuple(verdicts[told:moves]),
        earlier=tuple(verdicts[:told]),
        rest=tuple(verdicts[moves:]),
        totals=totals(ledger),
    )


def _since_loss(databases: Watched, ledger: Ledger) -> float | None:
    lost = databases.lost_at.get("primary")
    if lost is None:
        return None
    found = (
        one.ended - lost for one in ledger.acknowledged if one.role == "dr" and one.ended > lost
    )
    return min(found, default=None)


def totals(ledger: Ledger) -> dict[str, Any]:
    """The figures of the evidence."""
    lost = ledger.lost
    return {
        "acknowledged": len(ledger.acknowledged),
        "attempts": len(ledger.writes),
        "lost": len(lost),
        "lost_at": sorted(round(write.ended, 1) for write in lost),
        "seconds_lost": [round(ledger.loss(move), 2) for move in ledger.moves],
        "duplicates": len(ledger.duplicates),
        "resurrected": len(ledger.resurrected),
        "seconds_read_only": round(ledger.seconds_read_only, 1),
        "seconds_of_two_writers": round(ledger.seconds_of_two_writers, 2),
        "moves": [
            {"second": round(one.at, 1), "to": one.to, "planned": one.allowed is None}
            for one in ledger.moves
        ],
        "writable": [
            [one.role, round(one.began, 1), round(one.until(ledger.ended), 1)]
            for one in ledger.history
        ],
    }
