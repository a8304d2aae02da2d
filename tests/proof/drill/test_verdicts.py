"""Each scenario's verdicts on made-up requests."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from environments import Environment
from proof.drill.data.verdicts import ON_THE_PRIMARY, ON_THE_STANDBY, SWITCHOVERS
from proof.drill.journal import Request, Served
from proof.drill.release_verdicts import RELEASE_JUDGES
from proof.drill.scenario import out_of_service
from proof.drill.scenarios import Scenario, Times, scenarios
from proof.drill.verdicts import JUDGES, NO_DNS, Played, Promise, judge
from proof.route53.configuration import ModelLoadBalancer
from tests.synthesis import example

USERS = 2
BOUND = 118
# Two probes, five seconds apart, which may take four.
BALANCER = ModelLoadBalancer(
    "primary/aws_lb.x", "ap-south-1", "/", 5, 4, 2, 2, listeners={}, ingress=frozenset()
)


@pytest.fixture
def promise() -> Promise:
    return Promise(BOUND, latches=True, times=times("mission"), users=USERS)


def times(name: str) -> Times:
    return Times.of(example(name), out_of_service(BALANCER))


def played(key: str, *users: Iterable[tuple[float, Served | str]]) -> Played:
    """A scenario in which each user's requests end at these seconds, served by a region or with
    another outcome. It begins at second 1000."""
    scenario = next(one for one in scenarios(example("mission")) if one.key == key)
    requests = [
        Request(
            at=1000 + ended - 0.1,
            ended=1000 + ended,
            user=number,
            served=what if what in {"primary", "dr"} else None,  # type: ignore[arg-type]
            outcome="served" if what in {"primary", "dr"} else str(what),
        )
        for number, asked in enumerate(users)
        for ended, what in asked
    ]
    return Played(scenario, 1000, 1200, sorted(requests, key=lambda one: one.at))


def holds(one: Played, promise: Promise) -> list[bool]:
    return [verdict.holds for verdict in judge(one, promise)]


@pytest.mark.parametrize("name", ["mission", "releases"])
def test_every_scenario_has_its_verdicts(name: str) -> None:
    of_releases = {"failback after release", *RELEASE_JUDGES}
    of_data = {*ON_THE_PRIMARY, *ON_THE_STANDBY, *SWITCHOVERS}
    wanted = set(JUDGES) - of_data - (set() if name == "releases" else of_releases)
    keys = [one.key for one in scenarios(example(name))]
    assert set(keys) == wanted
    assert len(keys) == len(wanted)


def test_an_application_that_cannot_be_told_to_fail_hangs() -> None:
    titles = {name: {one.title for one in scenarios(example(name))} for name in FAILURES}
    for name, failure in FAILURES.items():
        assert f"the primary's application {failure}, the third region lost" in titles[name]


FAILURES = {"mission": "answers 500", "releases": "hangs"}


def test_without_a_switch_there_is_none_to_clear() -> None:
    environment = automatic(example("mission"))
    keys = [one.key for one in scenarios(environment)]
    assert not [key for key in keys if "failback" in key or "third" in key]


def automatic(environment: Environment) -> Environment:
    failover = environment.failover.model_copy(update={"failback": "automatic"})
    return environment.model_copy(update={"failover": failover})


def test_times_are_the_environments() -> None:
    mission, staging = times("mission"), times("staging")
    assert (mission.detection, mission.forget, mission.flap) == (3 * 16 + 10, 60, 40)
    assert (staging.detection, staging.forget, staging.flap) == (2 * 36 + 10, 10, 70)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("primary", "primary", [True, True]),
        ("primary", "timed out", [True, False]),
        ("primary", "dr", [False, True]),
    ],
)
def test_calm(promise: Promise, first: str, second: str, expected: list[bool]) -> None:
    assert holds(played("calm", [(1, first)], [(2, second)]), promise) == expected


@pytest.mark.parametrize(("last", "expected"), [(18, True), (19, False)])
def test_an_instance_that_dies(promise: Promise, last: float, expected: bool) -> None:
    one = played("instance", [(1, "primary"), (last, "HTTP 502")], [(2, "primary")])
    assert holds(one, promise) == [True, expected]


@pytest.mark.parametrize(
    ("last", "expected"),
    [(BOUND + 2, True), (BOUND + 2.1, False)],
)
def test_the_bound_is_for_the_last_user(promise: Promise, last: float, expected: bool) -> None:
    one = played("region lost", [(50, "timed out"), (60, "dr")], [(61, None), (last, "dr")])
    found = judge(one, promise)
    assert [verdict.holds for verdict in found] == [expected, True]
    assert found[0].measured == f"the first after 60 s, the last after {last:.0f} s"


def test_nobody_moved(promise: Promise) -> None:
    (moved, _) = judge(played("region lost", [(50, "timed out")], [(60, "timed out")]), promise)
    assert (moved.holds, moved.measured) == (False, "nobody was")


def test_one_user_is_left_behind(promise: Promise) -> None:
    (moved, _) = judge(played("region lost", [(50, "dr")], [(60, "timed out")]), promise)
    assert (moved.holds, moved.measured) == (False, "the first after 50 s")


def test_who_is_moved_is_served(promise: Promise) -> None:
    one = played("region lost", [(60, "dr"), (70, "HTTP 502")], [(61, "dr")])
    assert holds(one, promise) == [True, False]


def test_a_region_that_is_back_takes_nobody_back(promise: Promise) -> None:
    assert holds(played("region back", [(1, "dr")], [(9, "dr")]), promise) == [True, True]
    assert holds(played("region back", [(1, "dr")], [(9, "primary")]), promise) == [False, True]


def test_with_automatic_failback_it_does(promise: Promise) -> None:
    automatic = replace(promise, latches=False)
    one = played("region back", [(1, "dr"), (90, "primary")], [(9, "primary")])
    assert holds(one, automatic) == [True, True]
    assert holds(played("flapping", [(1, "dr")], []), automatic) == []


# The switch's object is read every 10 s, for up to 6 s; name servers take another 10 s; then come a
# TTL of 60 s and a user who waits for 2 s.
@pytest.mark.parametrize(("last", "expected"), [(88, True), (88.1, False)])
def test_failback(promise: Promise, last: float, expected: bool) -> None:
    one = played("failback", [(50, "primary")], [(last, "primary")])
    assert holds(one, promise) == [expected, True]


@pytest.mark.parametrize("key", ["third lost", "third again"])
def test_a_set_switch_stays_set_whatever_becomes_of_one_place(promise: Promise, key: str) -> None:
    assert holds(played(key, [(1, "dr")], [(9, "dr")]), promise) == [True, True]
    assert holds(played(key, [(1, "dr")], [(9, "primary")]), promise) == [False, True]
    assert holds(played(key, [(1, "dr")], [(9, "timed out")]), promise) == [True, False]


def test_a_place_that_missed_a_clear_moves_users_for_a_while_at_most(promise: Promise) -> None:
    moved = [(1, "primary"), (30, "dr"), (90, "primary")]
    (back, failed) = judge(played("third back", moved, [(90, "primary")]), promise)
    assert (back.holds, back.measured) == (True, "1 of 2 moved meanwhile, all are back")
    assert failed.holds
    stuck = judge(played("third back", moved, [(90, "dr")]), promise)[0]
    assert (stuck.holds, stuck.measured) == (False, "2 of 2 moved meanwhile, not all are back")


def test_a_switch_in_one_place_has_no_third_region() -> None:
    environment = example("mission")
    backends = environment.state.model_copy(update={"global_": environment.state.dr})
    alone = environment.model_copy(update={"state": backends})
    keys = [one.key for one in scenarios(alone)]
    assert "failback" in keys
    assert not [key for key in keys if "third" in key]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("p d d", [True, True]),
        ("p d p d", [True, True]),
        ("p d p d p d", [False, True]),
        ("p d p", [True, False]),
    ],
)
def test_a_flapping_primary_has_its_users_back_once_at_most(
    promise: Promise, seen: str, expected: list[bool]
) -> None:
    names: dict[str, Served] = {"p": "primary", "d": "dr"}
    asked = [(10.0 * place, names[one]) for place, one in enumerate(seen.split(), 1)]
    assert holds(played("flapping", asked, [(1, "primary"), (2, "dr")]), promise) == expected


def test_both_lost(promise: Promise) -> None:
    lost = [(1.0, "timed out"), (3.0, "timed out")]
    assert holds(played("both lost", lost, lost), promise) == [True, True]
    no_dns = [(1.0, "timed out"), (3.0, NO_DNS)]
    assert holds(played("both lost", lost, no_dns), promise) == [True, False]
    served = [(float(second), "dr") for second in range(1, 9)]
    assert holds(played("both lost", served, lost), promise) == [False, True]


def test_both_back(promise: Promise) -> None:
    assert holds(played("both back", [(3, "primary"), (90, "dr")], [(2, "dr")]), promise) == [
        True,
        True,
    ]
    assert holds(played("both back", [(3, "primary")], [(2, "dr")]), promise) == [True, False]
    assert holds(played("both back", [(3, "dr")], [(2, "timed out")]), promise) == [False, False]


def test_an_application_that_answers_500(promise: Promise) -> None:
    moved = [(1.0, "HTTP 500"), (60.0, "dr"), (61.0, "dr")]
    assert holds(played("application", moved, moved), promise) == [True, True, True]
    drifts = [*moved, (90.0, "primary")]
    assert holds(played("application", moved, drifts), promise) == [True, True, False]
    late = [(1.0, "HTTP 500"), (500.0, "dr")]
    assert holds(played("application", moved, late), promise) == [False, True, True]


def test_a_scenario_has_a_key_of_its_own() -> None:
    found: list[Scenario] = scenarios(example("mission"))
    assert len({one.key for one in found}) == len(found)


def over_https(one: Played, *, redirects: int = 0) -> Played:
    """The same over HTTPS; each user's first request went through this many redirects."""
    first = {request.user: request for request in reversed(one.requests)}
    one.requests = [
        replace(request, secure=True, redirects=redirects if request in first.values() else 0)
        for request in one.requests
    ]
    return one


def test_users_are_served_over_https_alone(promise: Promise) -> None:
    https = replace(promise, https=True)
    asked = [(1.0, "primary"), (2.0, "primary")]
    good = judge(over_https(played("calm", asked), redirects=1), https)[-1]
    assert (good.holds, good.measured) == (True, "2 are, 1 of them redirected; 0 are not")
    assert not judge(over_https(played("calm", asked)), https)[-1].holds
    plain = judge(played("calm", asked), https)[-1]
    assert (plain.holds, plain.measured) == (False, "0 are, 0 of them redirected; 2 are not")
    assert holds(played("calm", asked), promise) == [True, True]


def test_in_other_scenarios_https_is_told_of_where_it_is_broken(promise: Promise) -> None:
    https = replace(promise, https=True)
    asked = [(1.0, "dr"), (2.0, "timed out")]
    assert len(judge(over_https(played("region lost", asked, asked)), https)) == 2
    assert [one.holds for one in judge(played("region lost", asked, asked), https)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("compared", "expected"), [([True, True], [True]), ([True, False], [False]), ([], [False])]
)
def test_a_and_aaaa_lead_to_one_region(
    promise: Promise, compared: list[bool], expected: list[bool]
) -> None:
    one = played("region lost", [(60, "dr")], [(61, "dr")])
    one.compared = compared
    ipv6 = replace(promise, ipv6=True)
    assert holds(one, ipv6) == [True, True, *expected]
    assert holds(one, promise) == [True, True]
    calm = played("calm", [(1, "primary")])
    calm.compared = compared
    assert holds(calm, ipv6) == [True, True, *([False] if False in compared else [])]
