"""When the standby's database is promoted, and what is reported of it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.failover_control.agreed import DOWN_KEY
from functions.failover_control.control import Control
from functions.failover_control.database import DatabaseState
from functions.failover_control.endpoint import Health
from functions.failover_control.keeper import DatabaseKeeper, reported
from functions.failover_control.pause import Paused
from functions.failover_control.switch import Moved, Position

START = datetime(2026, 11, 29, 12, tzinfo=UTC)
AFTER = timedelta(minutes=5)
READS = DatabaseState(writes=False, moving=False, replicates=True, ready=True, writer="ap-south-1")


@dataclass
class Database:
    """A standby's database, which is promoted when it is told."""

    now: DatabaseState = READS
    asked: list[str] = field(default_factory=list)
    fails: Exception | None = None

    def state(self) -> DatabaseState:
        if self.fails:
            raise self.fails
        return self.now

    def promote(self) -> None:
        self.asked.append("promote")
        self.now = replace(self.now, moving=True)

    def start(self) -> bool:
        self.asked.append("start")
        return False

    def stop(self) -> bool:
        self.asked.append("stop")
        return False


@dataclass
class Bucket:
    """S3, with the only clock that counts."""

    clock: datetime = START
    written: dict[str, datetime] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    fails: bool = False

    def head_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        self.read.append(Key)
        if self.fails:
            raise ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "HeadObject")
        if Key not in self.written:
            raise ClientError({"Error": {"Code": "404", "Message": ""}}, "HeadObject")
        return {"LastModified": self.written[Key]}

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803, ARG002
        self.written[Key] = self.clock

    def delete_object(self, Bucket: str, Key: str) -> None:  # noqa: N803, ARG002
        self.written.pop(Key, None)


@dataclass
class SetSwitch:
    """A switch that is set, or clear."""

    is_set: bool = True

    def reconcile(self) -> Position:
        return Position(self.is_set)

    def set(self, **_: Any) -> Moved:
        self.is_set = True
        return Moved(changed=False, is_set=True)

    def cleared_at(self) -> None:
        return None


@dataclass
class Seen:
    """What was published last."""

    values: dict[str, bool | None] = field(default_factory=dict)

    def publish(self, **values: bool | None) -> None:
        self.values = values


@dataclass
class World:
    """A control that only looks after a database."""

    database: Database = field(default_factory=Database)
    bucket: Bucket = field(default_factory=Bucket)
    switch: Any = field(default_factory=SetSwitch)
    metrics: Any = field(default_factory=Seen)
    promote_after: timedelta | None = AFTER
    pause: Any = None

    def look(self, primary: Health, *, later: timedelta = timedelta(0), **more: Any) -> list[str]:
        """A look, by a new run of the function, so much later."""
        self.bucket.clock += later
        keeper = DatabaseKeeper(
            self.database, self.promote_after, self.bucket, "switch", lambda: self.bucket.clock
        )
        control = Control(
            s3=self.bucket,
            bucket="switch",
            switch=self.switch,
            standby=None,
            metrics=self.metrics,
            keeper=keeper,
            pause=self.pause,
            now=lambda: self.bucket.clock,
        )
        return control.act(primary, **more)

    @property
    def promotions(self) -> int:
        return self.database.asked.count("promote")


@pytest.fixture
def world() -> World:
    return World()


def test_the_note_is_read_once_a_look(world: World) -> None:
    world.look(Health.UNHEALTHY)
    world.bucket.read.clear()
    world.look(Health.UNHEALTHY, later=AFTER)
    assert world.promotions == 1
    assert world.bucket.read.count(DOWN_KEY) == 1


def test_a_note_that_cannot_be_read_counts_as_a_failed_promotion(world: World) -> None:
    world.look(Health.UNHEALTHY)
    world.bucket.fails = True
    with pytest.raises(ExceptionGroup):
        world.look(Health.UNHEALTHY, later=AFTER)
    assert world.promotions == 0
    assert world.metrics.values["PromotionFailed"] is True


def test_it_is_promoted_once_the_primary_has_been_down_for_long_enough(world: World) -> None:
    assert world.look(Health.UNHEALTHY) == []
    assert world.look(Health.UNHEALTHY, later=AFTER - timedelta(seconds=1)) == []
    done = world.look(Health.UNHEALTHY, later=timedelta(seconds=1))
    assert done == ["promotion of the standby's database started"]
    world.look(Health.UNHEALTHY, later=AFTER)
    assert world.promotions == 1, "it moves already"


def test_a_primary_that_was_up_in_between_starts_the_time_anew(world: World) -> None:
    world.look(Health.UNHEALTHY)
    world.look(Health.HEALTHY, later=AFTER - timedelta(seconds=1))
    assert DOWN_KEY not in world.bucket.written
    world.look(Health.UNHEALTHY, later=timedelta(seconds=1))
    world.look(Health.UNHEALTHY, later=AFTER - timedelta(seconds=1))
    assert world.promotions == 0
    world.look(Health.UNHEALTHY, later=timedelta(seconds=1))
    assert world.promotions == 1


@pytest.mark.parametrize("meanwhile", [{"writes": True}, {"moving": True}])
def test_a_primary_that_only_reads_because_the_standby_writes_is_not_down(
    world: World, meanwhile: dict[str, bool]
) -> None:
    """After a switchover back, it is unhealthy until Route 53 has noticed."""
    world.look(Health.UNHEALTHY)
    world.database.now = replace(READS, **meanwhile)
    world.look(Health.UNHEALTHY, later=2 * AFTER)
    world.database.now = READS
    world.look(Health.UNHEALTHY, later=timedelta(minutes=1))
    assert world.promotions == 0
    world.look(Health.UNHEALTHY, later=AFTER)
    assert world.promotions == 1, "unless it stays so"


class PausedForNow:
    def current(self, now: datetime) -> Paused:
        return Paused(now, "ana", "")


def test_while_paused_nothing_is_promoted_and_no_time_counts(world: World) -> None:
    world.look(Health.UNHEALTHY)
    world.pause = PausedForNow()
    world.look(Health.UNHEALTHY, later=2 * AFTER)
    assert world.promotions == 0
    world.pause = None
    world.look(Health.UNHEALTHY, later=timedelta(minutes=1))
    world.look(Health.UNHEALTHY, later=AFTER - timedelta(seconds=1))
    assert world.promotions == 0
    world.look(Health.UNHEALTHY, later=timedelta(seconds=1))
    assert world.promotions == 1


def test_what_is_unknown_neither_promotes_nor_forgets(world: World) -> None:
    world.look(Health.UNHEALTHY)
    world.look(Health.UNKNOWN, later=2 * AFTER)
    assert world.promotions == 0
    world.look(Health.UNHEALTHY)
    assert world.promotions == 1


def test_a_switch_that_an_operator_set_promotes_nothing(world: World) -> None:
    world.look(Health.HEALTHY)
    world.look(Health.HEALTHY, later=2 * AFTER)
    assert world.promotions == 0


def test_nothing_is_promoted_before_the_switch_keeps_users_away(world: World) -> None:
    world.switch = SetSwitch(is_set=False)
    world.look(Health.UNHEALTHY)
    world.look(Health.UNHEALTHY, later=2 * AFTER)
    assert world.promotions == 0


def test_by_default_people_promote(world: World) -> None:
    world.promote_after = None
    world.look(Health.UNHEALTHY)
    world.look(Health.UNHEALTHY, later=100 * AFTER)
    assert (world.promotions, world.bucket.written) == (0, {})
    assert world.metrics.values["StandbyReadOnly"] is True
    assert "PromotionFailed" not in world.metrics.values


def test_only_looks_that_keep_the_database_ask_it(world: World) -> None:
    world.database.fails = AssertionError("asked")
    assert world.look(Health.UNHEALTHY, keep=False) == []
    assert "StandbyReadOnly" not in world.metrics.values


def test_a_database_that_does_not_answer_is_a_failed_promotion(world: World) -> None:
    world.database.fails = ConnectionError("no answer")
    with pytest.raises(ExceptionGroup):
        world.look(Health.UNHEALTHY)
    assert world.metrics.values["PromotionFailed"] is True
    assert world.metrics.values["FailedOver"] is True, "the switch is looked after nevertheless"
    world.database.fails = None
    world.look(Health.UNHEALTHY)
    assert world.metrics.values["PromotionFailed"] is False


@pytest.mark.parametrize(
    ("state", "needed", "read_only", "broken"),
    [
        (READS, True, True, False),
        (READS, False, False, False),
        (READS, None, None, False),
        (replace(READS, writes=True), True, False, False),
        (replace(READS, replicates=False), False, False, True),
    ],
)
def test_what_is_reported(
    state: DatabaseState,
    needed: bool | None,
    read_only: bool | None,
    broken: bool,
) -> None:
    assert reported(state, needed=needed) == {
        "StandbyReadOnly": read_only,
        "ReplicationBroken": broken,
    }


@pytest.mark.parametrize(
    ("writes", "moving", "ready", "is_set", "primary", "waited"),
    list(
        product(
            *[[True, False]] * 4,
            list(Health),
            [timedelta(0), AFTER],
        )
    ),
)
def test_every_case(
    *,
    writes: bool,
    moving: bool,
    ready: bool,
    is_set: bool,
    primary: Health,
    waited: timedelta,
) -> None:
    """It is promoted in one case of 96."""
    world = World(
        Database(DatabaseState(writes, moving, replicates=True, ready=ready, writer=None)),
        switch=SetSwitch(is_set),
    )
    world.bucket.written[DOWN_KEY] = START
    world.look(primary, later=waited)
    due = (writes, moving, ready, is_set, primary, waited) == (
        *(False, False, True, True),
        *(Health.UNHEALTHY, AFTER),
    )
    assert world.promotions == due
