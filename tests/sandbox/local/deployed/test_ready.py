"""`failover ready` of a deployed system: everything that is broken quietly is found by name."""

import time
from collections.abc import Iterator

import pytest

from environments import Alarms
from functions.standby_readiness.checks import CHECKS
from operations.readiness.checks import OF_THE_DEPLOYMENT
from tests.operations.readiness.breaks import BREAKS
from tests.operations.readiness.whole import ON_CALL, Break, Whole, broken, make_whole
from tests.sandbox.local.deployed.conftest import Original, cloned

pytestmark = pytest.mark.slow

# Seconds until the instances of both regions run the release.
SERVING = 120
CASES = [(check, one) for check, ones in BREAKS.items() for one in ones]


@pytest.fixture(scope="module")
def whole(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A standby that could take over."""
    with cloned(original("releases"), tmp_path_factory.mktemp("ready") / "local") as clone:
        told = Alarms(emails=[ON_CALL])
        environment = clone.environment.model_copy(update={"alarms": told})
        one = Whole(environment, clone.aws)
        make_whole(one)
        end = time.monotonic() + SERVING
        while one.faults() and time.monotonic() < end:
            time.sleep(1)
        yield one


def test_a_standby_that_could_take_over_is_ready(whole: Whole) -> None:
    assert whole.faults() == []


@pytest.mark.parametrize(("check", "one"), CASES, ids=[one.__name__ for _, one in CASES])
def test_what_is_broken_is_found_by_name(whole: Whole, check: str, one: Break) -> None:
    with broken(one, whole):
        found = whole.run(check)
    assert [outcome for outcome in found if outcome.status.counts], found


def test_then_it_could_take_over_again(whole: Whole) -> None:
    """Each break was the only one, and what the check finds is not found anyway."""
    assert whole.faults() == []


def test_there_are_at_least_25_and_every_check_that_can_fail_here_has_one() -> None:
    assert len(CASES) >= 25
    names = {check.name for check in (*CHECKS, *OF_THE_DEPLOYMENT)}
    assert names >= set(BREAKS)
    # Tested on stubs: this system has no tables and no fault of these.
    assert names - set(BREAKS) == {"tables", "secret", "accelerated recovery", "drill"}
