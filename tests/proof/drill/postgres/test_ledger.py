"""What became of the writes, compared with a made-up database whose losses are known."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environments import OTHER, Role
from proof.drill.postgres.history import Writable
from proof.drill.postgres.ledger import Ledger, Move, Rows, Write, judge

ALLOWED = 5.0


@dataclass
class MadeUp:
    """A database that replicates in steps. Each step takes a second."""

    now: float = 0.0
    writer: Role = "primary"
    there: list[str] = field(default_factory=list[str])
    arrived: int = 0
    """How many of them the standby has."""
    began: float = 0.0
    writes: list[Write] = field(default_factory=list[Write])
    rows: list[Rows] = field(default_factory=list[Rows])
    moves: list[Move] = field(default_factory=list[Move])
    history: list[Writable] = field(default_factory=list[Writable])
    losses: list[list[str]] = field(default_factory=list[list[str]])
    """The keys that each move lost."""

    def write(self, acknowledged: bool) -> None:
        key = f"k{len(self.writes)}"
        self.there.append(key)
        role = self.writer if acknowledged else None
        self.writes.append(Write(key, self.now, self.now + 0.5, role))
        self.now += 1

    def replicate(self) -> None:
        self.arrived = len(self.there)

    def move(self, planned: bool) -> None:
        if planned:
            self.replicate()
        lost = self.there[self.arrived :]
        self.there = self.there[: self.arrived]
        self.history.append(Writable(self.writer, self.began, self.began, self.now, self.now))
        self.writer = OTHER[self.writer]
        self.moves.append(Move(self.now, self.writer, None if planned else ALLOWED))
        acknowledged = {one.key for one in self.writes if one.role}
        self.losses.append([key for key in lost if key in acknowledged])
        self.now += 1
        self.began = self.now
        self.rows.append(Rows(self.now, tuple(self.there)))

    def ledger(self) -> Ledger:
        self.rows.append(Rows(self.now, tuple(self.there)))
        history = [*self.history, Writable(self.writer, self.began, self.began)]
        return Ledger(0, self.now, self.writes, self.rows, self.moves, history)


STEPS = st.lists(st.sampled_from(["write", "unacknowledged", "replicate", "over", "switch"]))


def played(steps: list[str]) -> MadeUp:
    made = MadeUp()
    for step in steps:
        match step:
            case "replicate":
                made.replicate()
            case "over" | "switch":
                made.move(planned=step == "switch")
            case _:
                made.write(acknowledged=step == "write")
    return made


@given(STEPS)
def test_exactly_what_was_lost_is_found(steps: list[str]) -> None:
    made = played(steps)
    ledger = made.ledger()
    for move, keys in zip(ledger.moves, made.losses, strict=True):
        assert [one.key for one in ledger.lost_in(move)] == keys
        oldest = min((one.ended for one in ledger.lost_in(move)), default=move.at)
        assert ledger.loss(move) == move.at - oldest
    assert len(ledger.lost) == sum(map(len, made.losses))
    for broken in (ledger.unexplained, ledger.duplicates, ledger.resurrected, ledger.strays):
        assert not broken
    assert ledger.seconds_read_only == len(ledger.moves)
    assert ledger.seconds_of_two_writers == 0
    assert len(ledger.acknowledged) == steps.count("write")


@given(STEPS)
def test_only_a_failover_that_loses_too_much_fails(steps: list[str]) -> None:
    ledger = played(steps).ledger()
    too_much = [move for move in ledger.moves if ledger.loss(move) > (move.allowed or 0)]
    assert [one.holds for one in judge(ledger)].count(False) == len(too_much)


@given(STEPS, st.data())
def test_whatever_vanishes_without_a_failover_is_found(
    steps: list[str], data: st.DataObject
) -> None:
    made = played([*steps, "write"])
    ledger = made.ledger()
    after = max((move.at for move in made.moves), default=0.0)
    late = [one.key for one in ledger.acknowledged if one.ended > after]
    gone = data.draw(st.sampled_from(late))
    last = ledger.rows[-1]
    rows = Rows(last.at, tuple(key for key in last.keys if key != gone))
    broken = replace(ledger, rows=[*ledger.rows[:-1], rows])
    assert [one.key for one in broken.unexplained] == [gone]
    assert told(broken) == [*told(ledger), "no write is lost but by a failover"]


def told(ledger: Ledger) -> list[str]:
    """What does not hold."""
    return [one.expected for one in judge(ledger) if not one.holds]


GOOD = played(["write", "replicate", "write", "over", "write"]).ledger()


def test_a_good_one_is_told() -> None:
    assert told(GOOD) == []
    assert (
        judge(GOOD)[0].expected == "a failover to the standby loses at most the last 5 s of writes"
    )
    assert judge(GOOD)[0].measured == "1 of the last 0.50 s"


def test_a_switchover_may_lose_nothing() -> None:
    planned = replace(GOOD, moves=[replace(GOOD.moves[0], allowed=None)])
    assert told(planned) == ["a switchover to the standby loses no write"]


@pytest.mark.parametrize("written_again", [False, True])
def test_a_lost_write_that_comes_back(written_again: bool) -> None:
    (lost,) = GOOD.lost
    last = GOOD.rows[-1]
    back = replace(GOOD, rows=[*GOOD.rows, Rows(last.at + 2, (*last.keys, lost.key))])
    if written_again:
        again = Write(lost.key, last.at, last.at + 1, "dr")
        back = replace(back, writes=[*GOOD.writes, again])
    assert told(back) == ([] if written_again else ["no lost write comes back"])


def test_an_entry_that_is_there_twice() -> None:
    last = GOOD.rows[-1]
    twice = replace(GOOD, rows=[*GOOD.rows[:-1], Rows(last.at, (*last.keys, last.keys[0]))])
    assert twice.duplicates == {last.keys[0]}
    assert told(twice) == ["no entry is written twice"]


@pytest.mark.parametrize("created", [False, True])
def test_a_retry_may_not_make_a_second_entry(created: bool) -> None:
    kept = GOOD.writes[-1]
    retry = replace(kept, began=kept.ended, ended=kept.ended + 0.1, created=created)
    again = replace(GOOD, writes=[*GOOD.writes, retry])
    assert told(again) == (["no entry is written twice"] if created else [])


def test_a_write_taken_by_the_old_writer() -> None:
    last = GOOD.writes[-1]
    stray = replace(GOOD, writes=[*GOOD.writes[:-1], replace(last, role="primary")])
    assert told(stray) == ["only the writer's region takes writes"]


def test_two_writers() -> None:
    old, new = GOOD.history
    both = replace(GOOD, history=[replace(old, ended=new.began + 0.25), new])
    assert told(both) == ["two regions never take writes at once"]
    assert judge(both)[-1].measured == "they could for 0.25 s"
