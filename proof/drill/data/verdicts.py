"""Judges what became of the writes in each scenario."""

from collections.abc import Callable

from environments import Role
from functions.failover_control.endpoint import Health
from proof.drill.data.seen import DataSeen
from proof.drill.played import Played, Promise, name
from proof.drill.users import ANSWER_TIMEOUT, EVERY
from proof.drill.verdict import Verdict

# Scenarios of the database alone, by the region that has the users.
ON_THE_PRIMARY = ("standby lost", "standby back", "partition")
ON_THE_STANDBY = ("promoted", "resync")
SWITCHOVERS = ("switchover", "switchover again")
# The last scenario, which tells of all writes, even if nothing is wrong.
LAST = "both back"


def data_verdicts(played: Played, promise: Promise) -> list[Verdict]:
    """Those of a scenario; none where users only read. What must hold all the time is told where it
    does not, and at the end."""
    data = played.data
    if data is None:
        return []
    key = played.scenario.key
    found = [one for judge in JUDGES.get(key, ()) for one in judge(data, promise)]
    rest = [one for one in data.rest if key == LAST or not one.holds]
    return [*found, *(one for one in data.earlier if not one.holds), *data.moves, *rest]


def _all_written(role: Role) -> Callable[[DataSeen, Promise], list[Verdict]]:
    def judge(data: DataSeen, _: Promise) -> list[Verdict]:
        written, failed = data.acknowledged.get(role, 0), sum(data.failed.values())
        others = sum(data.acknowledged.values()) - written
        return [
            Verdict(
                f"{name(role)} acknowledges every write",
                f"{written} by it, {others} by the other, {failed} failed",
                written > 0 and others == failed == 0,
            )
        ]

    return judge


def _caught_up(data: DataSeen, _: Promise) -> list[Verdict]:
    took = data.caught_up
    measured = "it does not" if took is None else f"after {took:.0f} s"
    return [Verdict("the copy follows again, with all it missed", measured, took is not None)]


def _promoted(data: DataSeen, promise: Promise) -> list[Verdict]:
    """A promotion by an operator takes as long as the operator does."""
    took, bound = data.since_loss, promise.data and promise.data.write_recovery
    measured = "they do not" if took is None else f"after {took:.0f} s"
    if bound is None:
        return [Verdict("users write on the standby again", measured, took is not None)]
    within = bound + ANSWER_TIMEOUT + EVERY
    return [
        Verdict(
            f"users write on the standby within {within} s of the loss",
            measured,
            took is not None and took <= within,
        )
    ]


def _on_the_standby(data: DataSeen, _: Promise) -> list[Verdict]:
    took = data.first.get("dr")
    measured = "they do not" if took is None else f"after {took:.0f} s"
    return [Verdict("users write on the standby again", measured, took is not None)]


def _old_writer(data: DataSeen, _: Promise) -> list[Verdict]:
    taken = data.stubborn + data.acknowledged.get("primary", 0)
    return [
        Verdict(
            "the old writer takes no write",
            f"{taken} of those sent to the primary",
            taken == 0 and data.writer == "dr",
        ),
        Verdict(
            "Route 53 calls the primary unhealthy while its database only reads",
            data.primary.health.value,
            data.primary.health is Health.UNHEALTHY,
        ),
    ]


def _instances_stay(data: DataSeen, promise: Promise) -> list[Verdict]:
    """Where the load balancers ask Route 53's page, they do not, and nothing else is promised."""
    one = data.primary
    if not promise.live:
        return []
    return [
        Verdict(
            "the primary's instances stay while its database only reads",
            f"{one.healthy} of {one.registered} are healthy, {one.replaced} were replaced",
            one.healthy == one.registered and one.replaced == 0,
        )
    ]


def _follows(data: DataSeen, _: Promise) -> list[Verdict]:
    return [
        Verdict("the primary's copy follows", "it does" if data.follows else "no", data.follows)
    ]


def _primary_writes(data: DataSeen, _: Promise) -> list[Verdict]:
    where = "nobody" if data.writer is None else name(data.writer)
    return [
        Verdict("the primary's database takes writes", f"{where} does", data.writer == "primary")
    ]


def _write_in_the_primary(data: DataSeen, promise: Promise) -> list[Verdict]:
    took, within = data.first.get("primary"), promise.times.failback + EVERY
    measured = "they do not" if took is None else f"after {took:.0f} s"
    return [
        Verdict(
            f"users write in the primary within {within} s",
            measured,
            took is not None and took <= within,
        )
    ]


JUDGES: dict[str, tuple[Callable[[DataSeen, Promise], list[Verdict]], ...]] = {
    "calm": (_all_written("primary"),),
    "release": (_all_written("primary"),),
    "standby lost": (_all_written("primary"),),
    "standby back": (_all_written("primary"), _caught_up),
    "partition": (_all_written("primary"), _caught_up),
    "promoted": (_promoted,),
    "region back": (_all_written("dr"), _old_writer, _instances_stay),
    "resync": (_all_written("dr"), _follows, _instances_stay),
    "switchover": (_primary_writes, _instances_stay),
    "failback": (_write_in_the_primary,),
    "release lost": (_on_the_standby,),
    "release again": (_primary_writes,),
    "failback after release": (_write_in_the_primary,),
    "switchover again": (_primary_writes,),
    "failback again": (_write_in_the_primary,),
}
