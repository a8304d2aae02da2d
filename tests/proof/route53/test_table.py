"""Every case of every variant against the invariants, and docs/failover.md's table against the
model."""

import re
import time
from collections import Counter
from collections.abc import Callable

import pytest

from proof.route53 import RegionState
from proof.route53.invariants import INVARIANTS, fails_open, violations
from proof.route53.table import Case, Row, Table, cases, positions, serves
from tests.proof.route53.conftest import VARIANTS, Deploy, Deployed
from tests.proof.route53.documented import FAILOVER_MD, PROOF_MD

# For each region: 2 applications, 3 kinds of targets, 2 networks. For each of the switch's places:
# object present or not, S3 up or gone; or for a routing control: On or Off.
REGIONS = (2 * 3 * 2) ** 2
BY_PLACES = {2: REGIONS * (2 * 2) ** 2, 1: REGIONS * 2 * 2}
BY_CONTROL = REGIONS * 2

UP, ASLEEP = RegionState(), RegionState(registered=0, healthy=0)
# The ways in which both regions can be down.
DOWN = (
    RegionState(network=False),
    RegionState(status=500),
    RegionState(status=500, healthy=0),
    RegionState(registered=0, healthy=0),
)
STATES = {"up": (UP,), "down": DOWN, "asleep": (ASLEEP,)}


def expected_cases(one: Deployed) -> int:
    environment = one.environment
    if environment.failover.routing_control is not None:
        return BY_CONTROL
    return BY_PLACES[len(environment.switch_places)]


@pytest.mark.parametrize(
    ("other", "number"), [((), 2304), (("one place",), 576), (("routing control",), 288)]
)
def test_the_table_has_each_case_once(
    deployed: Deploy, other: tuple[str, ...], number: int
) -> None:
    one = deployed("hot", "manual", "alias", *other)
    every = list(cases(one.environment))
    assert len(set(every)) == len(every) == expected_cases(one) == number


@pytest.mark.slow
def test_no_case_of_any_variant_breaks_an_invariant(
    deployed: Deploy, report: Callable[[str], None]
) -> None:
    began = time.monotonic()
    found = {
        "-".join(variant): Counter(
            name
            for one in [deployed(*variant)]
            for name, _ in violations(one.configuration, one.environment)
        )
        for variant in VARIANTS
    }
    rows = sum(expected_cases(deployed(*variant)) for variant in VARIANTS)
    broken = sum(map(Counter.total, found.values()))
    report(
        f"{len(found)} variants, {rows} rows, {len(INVARIANTS)} invariants: {broken} violations"
        f" ({time.monotonic() - began:.1f} s)"
    )
    assert broken == 0, found
    proof = " ".join(PROOF_MD.read_text().split())
    assert f"{len(found)} variants with {rows:,} rows" in proof


@pytest.mark.parametrize("other", [(), ("one place",)])
def test_with_no_place_to_be_read_the_switch_is_clear_and_with_one_it_holds(
    deployed: Deploy, other: tuple[str, ...], report: Callable[[str], None]
) -> None:
    """decisions: losing one region's S3 moves nobody, in either position. With S3 gone in every
    region that holds the switch, users return to a healthy primary."""
    one = deployed("hot", "manual", "alias", *other)
    held, lost = 0, 0
    number = len(one.environment.switch_places)
    for row in Table(one.configuration, one.environment).rows():
        places = row.case.places
        if not all(place.shown for place in places) or not row.standby_takes_over:
            continue
        if row.case.read:
            assert on_standby(row)
            held += len(row.case.read) < len(places)
        elif row.primary_in_service:
            assert not on_standby(row)
            lost += 1
    report(f"{number} places: {held} rows hold, {lost} are lost")
    assert lost > 0
    assert (held > 0) is (number > 1)


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
def test_ipv6_is_promised_where_both_regions_have_it_and_answered_in_each_case(
    deployed: Deploy, variant: tuple[str, ...]
) -> None:
    one = deployed(*variant)
    assert one.environment.ipv6 is ("ipv4" not in variant)
    if one.environment.ipv6:
        for row in Table(one.configuration, one.environment).rows():
            assert row.ipv6 == row.answer is not None


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
def test_only_a_standby_that_fails_open_is_passed_over_while_it_serves(
    deployed: Deploy, variant: tuple[str, ...], report: Callable[[str], None]
) -> None:
    """As a user sees it: a standby whose targets are all unhealthy still serves if its application
    does, since its load balancer fails open. An alias considers it down, as decided in
    docs/failover.md, even if then nobody serves, or the switch is set. Every row in which users
    would be better off, or the switch is not obeyed, is of this kind; a CNAME does not evaluate
    targets and has no such row."""
    one = deployed(*variant)
    unserved = unheld = 0
    for row in Table(one.configuration, one.environment).rows():
        assert row.answered is not None
        lost = not serves(row.answered) and any(map(serves, (row.case.primary, row.case.standby)))
        loose = row.switch_set and serves(row.case.standby) and not on_standby(row)
        assert not (lost or loose) or fails_open(row)
        unserved, unheld = unserved + lost, unheld + (loose and serves(row.case.primary))
    report(
        f"{'-'.join(variant)}: of {expected_cases(one)} rows, {unserved} in which only a standby"
        f" that fails open would serve, and {unheld} in which it does not hold a set switch"
    )
    alias, latches = one.environment.dns.record == "alias", one.environment.failover.latches
    assert bool(unserved) is alias
    assert bool(unheld) is (alias and latches)


def test_the_control_latches_where_users_were_moved_but_for_a_standby_that_fails_open(
    deployed: Deploy, report: Callable[[str], None]
) -> None:
    """decisions/0003: "once the primary's check is unhealthy and the standby's is not". The name
    that the control looks up reflects only the standby's check, while the SECONDARY record needs
    healthy targets as well. So if the standby fails open, the control thinks that it has the users.
    """
    one = deployed("hot", "manual", "alias")
    primary, standby = one.environment.health_name("primary"), one.environment.health_name("dr")
    misled = [
        row
        for row in Table(one.configuration, one.environment).rows()
        if not row.healthy[primary] and row.healthy[standby] and not on_standby(row)
    ]
    report(f"{len(misled)} rows in which the control latches although nobody was moved")
    assert all(map(fails_open, misled))


@pytest.mark.parametrize("strategy", ["hot", "pilot_light"])
def test_every_row_of_the_documentation_is_what_the_model_answers(
    deployed: Deploy, strategy: str
) -> None:
    one = deployed(strategy, "manual", "alias")
    rows = documented()
    assert {row[:2] for row in rows} == {
        (primary, standby) for primary in ("up", "down") for standby in ("up", "down", "asleep")
    }
    for primary, standby, clear, is_set in rows:
        for switch, cell in ((False, clear), (True, clear if is_set == "the same" else is_set)):
            now, awake = said(cell)
            for state in STATES[primary]:
                for there in STATES[standby]:
                    assert answers(one, state, there, switch=switch) == {now}
                if awake is not None:
                    assert answers(one, state, UP, switch=switch) == {awake}


def test_a_standby_that_fails_open_takes_over_as_a_cname_alone(deployed: Deploy) -> None:
    """docs/failover.md: "CNAME records cannot evaluate it; their check alone decides." """
    for record, expected in (("alias", "primary"), ("cname", "standby")):
        one = deployed("hot", "manual", record)
        for state in DOWN:
            assert answers(one, state, RegionState(healthy=0), switch=False) == {expected}


def test_a_primary_that_fails_open_keeps_its_users_only_with_a_switch(deployed: Deploy) -> None:
    """docs/failover.md: "The PRIMARY record does not evaluate target health while there is a
    switch"."""
    for failback, expected in (("manual", "primary"), ("automatic", "standby")):
        one = deployed("hot", failback, "alias")
        assert answers(one, RegionState(healthy=0), UP, switch=False) == {expected}


def documented() -> list[tuple[str, str, str, str]]:
    """The rows of the table "Every case"."""
    section = FAILOVER_MD.read_text().partition("## Every case\n")[2].partition("\n\n")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines()]
    heading, _, *rows = lines
    assert heading == ["primary", "standby", "switch clear", "switch set"]
    return [(primary, standby, clear, is_set) for primary, standby, clear, is_set in rows]


def said(cell: str) -> tuple[str, str | None]:
    """The region in a cell, and the one once the standby is awake."""
    found = re.match(r"\W*(primary|standby)\b(?: until the standby is awake, then \W*(\w+))?", cell)
    assert found, cell
    return found[1], found[2]


def answers(one: Deployed, primary: RegionState, standby: RegionState, *, switch: bool) -> set[str]:
    """The regions in DNS answers, for every way to have the switch in this position: a set one may
    be set in any place or in all."""
    table = Table(one.configuration, one.environment)
    return {
        "standby" if on_standby(table.row(case)) else "primary"
        for places, off in positions(one.environment)
        for case in [Case(primary, standby, places, off)]
        if case.switch_set is switch
    }


def on_standby(row: Row) -> bool:
    return row.answer is not None and row.answer.region == row.environment.dr.region
