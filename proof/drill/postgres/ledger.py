"""What became of the writes: lost, written twice, resurrected, or taken by two regions at once.

Everything is computed from events, whose seconds are of one clock.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from environments import ROLE_NAMES, Role
from proof.drill.postgres.history import Writable, seconds_read_only, two_writers
from proof.drill.verdict import Verdict


@dataclass(frozen=True)
class Write:
    """One attempt of a client to write the entry `key`. role: the region that acknowledged it; None
    if none did. created: whether the answer says that the entry is new."""

    key: str
    began: float
    ended: float
    role: Role | None
    created: bool = True


@dataclass(frozen=True)
class Rows:
    """Every entry of the writer's database. at: when reading began, so that whatever was
    acknowledged before must be among them."""

    at: float
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """The writer changed. at: when the old one ended, by a loss or in a switchover. allowed:
    seconds of writes that may be lost; None for a switchover, which may lose none."""

    at: float
    to: Role
    allowed: float | None


@dataclass(frozen=True)
class Ledger:
    """All events, in order of time. began, ended: the time that is judged. rows: read after each
    move and at the end."""

    began: float
    ended: float
    writes: Sequence[Write]
    rows: Sequence[Rows]
    moves: Sequence[Move]
    history: Sequence[Writable]

    @property
    def acknowledged(self) -> list[Write]:
        return [write for write in self.writes if write.role is not None]

    @property
    def lost(self) -> list[Write]:
        """Those acknowledged that were not there when rows were read later."""
        found = [(rows.at, set(rows.keys)) for rows in self.rows]
        return [
            write
            for write in self.acknowledged
            if any(write.ended <= at and write.key not in keys for at, keys in found)
        ]

    @property
    def duplicates(self) -> set[str]:
        """Keys of entries that are there twice, or were made twice though none was lost."""
        made = Counter(write.key for write in self.acknowledged if write.created)
        lost = {write.key for write in self.lost}
        twice = {key for key, number in made.items() if number > 1 and key not in lost}
        there = [Counter(rows.keys) for rows in self.rows]
        return twice | {key for keys in there for key, number in keys.items() if number > 1}

    @property
    def resurrected(self) -> set[str]:
        """Keys of entries that were lost and came back, though nobody wrote them again."""
        found: set[str] = set()
        for earlier, later in combinations(self.rows, 2):
            gone = {one.key for one in self.acknowledged if one.ended <= earlier.at}
            again = {
                one.key for one in self.writes if one.ended > earlier.at and one.began < later.at
            }
            found |= (gone - set(earlier.keys) - again) & set(later.keys)
        return found

    @property
    def strays(self) -> list[Write]:
        """Those acknowledged by a region that could not take writes then."""
        return [
            write
            for write in self.acknowledged
            if not any(
                one.role == write.role
                and one.began <= write.ended
                and write.began <= one.until(self.ended)
                for one in self.history
            )
        ]

    @property
    def unexplained(self) -> list[Write]:
        """Those lost although the writer did not change after them."""
        return [write for write in self.lost if self._move_after(write) is None]

    @property
    def seconds_read_only(self) -> float:
        """For how long no region took writes."""
        return seconds_read_only(self.history, self.began, self.ended)

    @property
    def seconds_of_two_writers(self) -> float:
        """For how long two regions could take writes at once."""
        return sum(end - begin for begin, end in two_writers(self.history, self.ended))

    def lost_in(self, move: Move) -> list[Write]:
        """Those that one change of the writer lost."""
        return [write for write in self.lost if self._move_after(write) == move]

    def loss(self, move: Move) -> float:
        """The age of the oldest write that it lost, in seconds: the recovery point."""
        return max([0.0, *(move.at - write.ended for write in self.lost_in(move))])

    def _move_after(self, write: Write) -> Move | None:
        """The change that may have lost it. The old writer's answer may arrive after its end."""
        for move in self.moves:
            under_way = write.began <= move.at and write.role != move.to
            if move.at >= write.ended or under_way:
                return move
        return None


def judge(ledger: Ledger) -> list[Verdict]:
    """What must hold of the writes."""
    return [
        *(_moved(ledger, move) for move in ledger.moves),
        _none("no write is lost but by a failover", len(ledger.unexplained)),
        _none("no entry is written twice", len(ledger.duplicates)),
        _none("no lost write comes back", len(ledger.resurrected)),
        _none("only the writer's region takes writes", len(ledger.strays)),
        _one_writer(ledger),
    ]


def _moved(ledger: Ledger, move: Move) -> Verdict:
    lost, seconds = len(ledger.lost_in(move)), ledger.loss(move)
    to = ROLE_NAMES[move.to]
    if move.allowed is None:
        return _none(f"a switchover to the {to} loses no write", lost)
    return Verdict(
        f"a failover to the {to} loses at most the last {move.allowed:g} s of writes",
        f"{lost} of the last {seconds:.2f} s" if lost else "none",
        holds=seconds <= move.allowed,
    )


def _one_writer(ledger: Ledger) -> Verdict:
    seconds = ledger.seconds_of_two_writers
    return Verdict(
        "two regions never take writes at once",
        f"they could for {seconds:.2f} s" if seconds else "never",
        holds=seconds == 0,
    )


def _none(expected: str, number: int) -> Verdict:
    return Verdict(expected, str(number or "none"), holds=number == 0)
