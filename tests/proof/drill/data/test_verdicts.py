"""What is judged of made-up writes in each scenario."""

from dataclasses import replace
from typing import Any

import pytest

from functions.failover_control.endpoint import Health
from proof.drill.data.seen import DataSeen, PrimarySeen
from proof.drill.data.verdicts import (
    JUDGES,
    LAST,
    ON_THE_PRIMARY,
    ON_THE_STANDBY,
    SWITCHOVERS,
    data_verdicts,
)
from proof.drill.played import Played, Promise
from proof.drill.reading import DataPromise
from proof.drill.scenario import Scenario
from proof.drill.scenarios import scenarios
from proof.drill.verdict import Verdict
from tests.proof.drill.test_verdicts import BOUND, times
from tests.synthesis import example

WITHIN = 603


async def nothing(*_: object) -> None: ...


@pytest.fixture
def promise() -> Promise:
    data = DataPromise(lag=60, point=300, write_recovery=WITHIN)
    return Promise(BOUND, latches=True, times=times("releases"), users=2, data=data, live=True)


def seen(**what: Any) -> DataSeen:
    """Of a scenario in which the standby's database writes, and everything is well."""
    usual: dict[str, Any] = {
        "acknowledged": {"dr": 10},
        "failed": {},
        "first": {"dr": 1.0},
        "stubborn": 0,
        "read_only": 0.0,
        "since_loss": 200.0,
        "writer": "dr",
        "follows": True,
        "primary": PrimarySeen(Health.UNHEALTHY, healthy=3, registered=3, replaced=0),
        "behind": 1.0,
        "caught_up": 5.0,
        "moves": (),
        "earlier": (),
        "rest": (),
        "totals": {},
    }
    return DataSeen(**{**usual, **what})


def judged(key: str, data: DataSeen | None, promise: Promise) -> list[Verdict]:
    return data_verdicts(Played(Scenario(key, key, nothing), 0, 100, data=data), promise)


def holds(key: str, promise: Promise, **what: Any) -> bool:
    return all(one.holds for one in judged(key, seen(**what), promise))


PRIMARY = {"acknowledged": {"primary": 10}, "first": {"primary": 1.0}, "writer": "primary"}


@pytest.mark.parametrize("key", ["calm", "release", *ON_THE_PRIMARY])
def test_as_long_as_nothing_happens_to_the_writer_no_write_fails(
    promise: Promise, key: str
) -> None:
    assert judged(key, seen(**PRIMARY), promise)
    assert holds(key, promise, **PRIMARY)
    assert not holds(key, promise, **PRIMARY | {"failed": {"HTTP 503": 1}})
    assert not holds(key, promise, **PRIMARY | {"acknowledged": {"primary": 9, "dr": 1}})
    assert not holds(key, promise, **PRIMARY | {"acknowledged": {}})


@pytest.mark.parametrize("key", ["standby back", "partition"])
def test_a_copy_that_missed_something_catches_up(promise: Promise, key: str) -> None:
    assert not holds(key, promise, **PRIMARY, caught_up=None)


@pytest.mark.parametrize(
    ("took", "expected"), [(WITHIN + 3.0, True), (WITHIN + 3.1, False), (None, False)]
)
def test_writes_return_within_the_promised_time(
    promise: Promise, took: float | None, expected: bool
) -> None:
    """Nobody promotes: the drill's own sabotage of the control."""
    assert holds("promoted", promise, since_loss=took) == expected


def test_with_manual_promotion_they_return(promise: Promise) -> None:
    manual = replace(promise, data=DataPromise(lag=60, point=300, write_recovery=None))
    assert holds("promoted", manual, since_loss=5000.0)
    assert not holds("promoted", manual, since_loss=None)


@pytest.mark.parametrize(
    "what",
    [
        {"stubborn": 1},
        {"acknowledged": {"dr": 9, "primary": 1}},
        {"failed": {"HTTP 503": 1}},
        {"writer": "primary"},
        {"primary": PrimarySeen(Health.HEALTHY, healthy=3, registered=3, replaced=0)},
        {"primary": PrimarySeen(Health.UNKNOWN, healthy=3, registered=3, replaced=0)},
    ],
)
def test_an_old_writer_takes_no_write_and_says_that_it_cannot(
    promise: Promise, what: dict[str, Any]
) -> None:
    """Nor is an application healthy there for Route 53: the last but one always says so."""
    assert holds("region back", promise)
    assert not holds("region back", promise, **what)


@pytest.mark.parametrize("key", ["region back", "resync", "switchover"])
@pytest.mark.parametrize(("healthy", "replaced"), [(2, 0), (3, 1)])
def test_the_primarys_instances_stay_while_its_database_only_reads(
    promise: Promise, key: str, healthy: int, replaced: int
) -> None:
    """Only where the load balancers ask for a page that no database changes."""
    what: dict[str, Any] = {"writer": "primary" if key == "switchover" else "dr"}
    assert holds(key, promise, **what)
    what["primary"] = PrimarySeen(Health.UNHEALTHY, healthy, registered=3, replaced=replaced)
    assert not holds(key, promise, **what)
    assert holds(key, replace(promise, live=False), **what)


def test_it_follows_before_anybody_switches_over(promise: Promise) -> None:
    assert holds("resync", promise)
    assert not holds("resync", promise, follows=False)


@pytest.mark.parametrize("key", ["switchover", "switchover again", "release again"])
def test_after_a_switchover_the_primary_writes(promise: Promise, key: str) -> None:
    assert holds(key, promise, writer="primary")
    assert not holds(key, promise, writer="dr")
    assert not holds(key, promise, writer=None)


@pytest.mark.parametrize("key", ["failback", "failback after release", "failback again"])
def test_after_a_failback_users_write_in_the_primary(promise: Promise, key: str) -> None:
    bound = promise.times.failback + 1
    assert holds(key, promise, first={"primary": float(bound)})
    assert not holds(key, promise, first={"primary": bound + 0.1})
    assert not holds(key, promise, first={"dr": 1.0})


BROKEN = Verdict("two regions never take writes at once", "they could", holds=False)
WHOLE = Verdict("no entry is written twice", "none", holds=True)


def test_what_must_hold_all_the_time_is_told_where_it_does_not_and_at_the_end(
    promise: Promise,
) -> None:
    data = seen(rest=(BROKEN, WHOLE), moves=(WHOLE,), earlier=(WHOLE,))
    assert judged("zone", data, promise) == [WHOLE, BROKEN]
    assert judged(LAST, data, promise) == [WHOLE, BROKEN, WHOLE]
    later = seen(moves=(WHOLE,), earlier=(BROKEN, WHOLE))
    assert judged("zone", later, promise) == [BROKEN, WHOLE], "a write that is missed only now"


def test_where_users_only_read_nothing_is_judged(promise: Promise) -> None:
    assert judged("promoted", None, promise) == []


def test_each_judged_scenario_is_played() -> None:
    keys = [one.key for one in scenarios(example("releases"), data=True)]
    assert {*JUDGES, *ON_THE_PRIMARY, *ON_THE_STANDBY, *SWITCHOVERS, LAST} <= set(keys)
    assert len(keys) == len(set(keys))
    chain = ("region lost", "promoted", "region back", "resync", "switchover", "failback")
    assert sorted(chain, key=keys.index) == list(chain)


@pytest.mark.parametrize(("promotion", "who"), [("automatic", "control"), ("manual", "operator")])
def test_the_title_says_who_promotes(promotion: str, who: str) -> None:
    environment = example("releases")
    data = environment.data.model_copy(update={"promotion": promotion})
    changed = environment.model_copy(update={"data": data})
    titles = {one.key: one.title for one in scenarios(changed, data=True)}
    assert titles["promoted"] == f"the {who} promotes the standby's database"
