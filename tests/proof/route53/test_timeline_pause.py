"""The control, paused by an operator, while the primary fails at any moment of it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emitted import read
from environments import Environment
from functions.failover_control.pause import Pause
from proof.route53 import Configuration, configuration_of
from proof.route53.history import Change
from proof.route53.pauses import latched_by, latches_while_paused, never_latched
from proof.route53.timeline import Timeline
from tests.proof.route53.conftest import PLACE, ROUTING_CONTROL
from tests.synthesis import synthesise
from tests.variants import changed

pytestmark = pytest.mark.slow

MINUTES, CALM = 10, 60
LONG = MINUTES * 60
Deployed = tuple[Environment, Configuration]


@pytest.fixture(scope="module", params=["objects", "routing control", "pilot light"])
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    strategy = "pilot_light" if request.param == "pilot light" else "hot"
    more: dict[str, Any] = {}
    if request.param == "routing control":
        reached = {PLACE[2]: ROUTING_CONTROL["endpoints"][PLACE[2]]}
        more["routing_control"] = {**ROUTING_CONTROL, "endpoints": reached}
    environment = changed(strategy, "manual", PLACE, **more)
    folder: Path = tmp_path_factory.mktemp("paused")
    synthesise(environment, folder)
    return environment, configuration_of(read(folder))


def paused(deployed: Deployed, seed: int) -> Timeline:
    environment, configuration = deployed
    timeline = Timeline(configuration, environment, seed=seed)
    timeline.run(CALM)
    timeline.aws.pause.begin(minutes=MINUTES, by="ana", reason="")
    return timeline


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), after=st.integers(0, LONG + 60))
def test_it_latches_after_the_pause_and_not_in_it(
    deployed: Deployed, seed: int, after: int
) -> None:
    timeline, environment = paused(deployed, seed), deployed[0]
    failed, until = CALM + after, CALM + LONG
    end = latched_by(environment, failed=failed, until=until) + 60
    moments = timeline.run(end - CALM, [Change(after, PLACE[0], {"network": False})])
    # Less a second: S3 tells when the pause began in whole ones.
    assert list(latches_while_paused(moments, until=until - 1)) == []
    assert list(never_latched(moments, environment, failed=failed, until=until)) == []
    assert moments[-1].users == (PLACE[1],) * len(moments[-1].users), "users moved all the same"


def test_a_primary_that_recovers_in_the_pause_has_its_users_back(deployed: Deployed) -> None:
    timeline = paused(deployed, 1)
    events = [
        Change(10, PLACE[0], {"network": False}),
        Change(400, PLACE[0], {"network": True}),
    ]
    moments = timeline.run(2 * LONG, events)
    assert moments[-1].answered == PLACE[0]
    assert not any(one.is_set for one in moments)


def test_a_pause_that_never_ended_would_be_found(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline, environment = paused(deployed, 2), deployed[0]
    found = Pause.current
    began = timeline.clock.now()
    monkeypatch.setattr(Pause, "current", lambda self, _: found(self, began))
    moments = timeline.run(3 * LONG, [Change(0, PLACE[0], {"network": False})])
    assert list(never_latched(moments, environment, failed=CALM, until=CALM + LONG)) != []
