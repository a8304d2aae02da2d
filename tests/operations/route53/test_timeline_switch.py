"""The switch over time: what is left of a set that failed, of a latch made while S3 was away, of
metrics that anybody may publish, and of a deployment that is half there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from environments import Environment
from operations.route53 import Configuration, read_configuration
from operations.route53.history import Event
from operations.route53.timeline import Timeline
from tests.synthesis import synthesise
from tests.test_strategies import PLACES, changed

pytestmark = pytest.mark.slow

SEEDS = range(3)
Build = Callable[..., Timeline]


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Environment, Configuration]:
    environment = changed("hot", "manual", PLACES[1])
    folder = tmp_path_factory.mktemp("hot")
    synthesise(environment, folder)
    return environment, read_configuration(folder)


@pytest.fixture
def calm(emitted: tuple[Environment, Configuration]) -> Build:
    def build(seed: int) -> Timeline:
        environment, configuration = emitted
        timeline = Timeline(configuration, environment, seed=seed)
        timeline.run(120)
        return timeline

    return build


def places(environment: Environment) -> list[str]:
    return [environment.dr.region]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("refusal", [{"s3_writes": False}, {"s3": False}], ids=str)
def test_a_set_that_fails_everywhere_moves_nobody(
    calm: Build, refusal: dict[str, Any], seed: int
) -> None:
    timeline = calm(seed)
    primary = timeline.environment.primary.region
    timeline.run(60, [Event(0, region, refusal) for region in places(timeline.environment)])
    with pytest.raises(Exception, match=r"s3|AccessDenied"):
        timeline.switch.set(by="operator", reason="")
    moved = [sum(one != primary for one in moment.users) for moment in timeline.run(600)]
    assert max(moved) == 0, f"{max(moved)} of 12 resolvers moved, {moved[-1]} at the end"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_latch_holds_that_was_made_while_the_standbys_s3_was_away(calm: Build, seed: int) -> None:
    timeline = calm(seed)
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    timeline.run(600, [Event(0, standby, {"s3": False}), Event(30, primary, {"network": False})])
    moments = timeline.run(
        1800, [Event(0, primary, {"network": True}), Event(300, standby, {"s3": True})]
    )
    answered = [moment.answered for moment in moments]
    assert set(answered) == {standby}, f"back on the primary after {answered.index(primary)} s"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_forged_metric_moves_nobody(calm: Build, seed: int) -> None:
    timeline = calm(seed)
    primary = timeline.environment.primary.region
    forged = {
        "MetricName": "SwitchSet",
        "Dimensions": [{"Name": "Deployment", "Value": timeline.environment.name}],
        "Value": 1.0,
    }
    moved = 0
    for _ in range(10):
        timeline.cloudwatch.put_metric_data(Namespace="Failover", MetricData=[forged])
        moved = max(
            moved,
            *(sum(one != primary for one in moment.users) for moment in timeline.run(60)),
        )
    assert moved == 0, f"{moved} of 12 resolvers moved"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_deployment_that_is_half_there_does_not_latch(
    emitted: tuple[Environment, Configuration], seed: int
) -> None:
    environment, configuration = emitted
    half = tuple(
        one
        for one in configuration.records
        if (one.name, one.role) != (environment.health_name("primary"), "PRIMARY")
    )
    timeline = Timeline(configuration, environment, seed=seed)
    timeline.configuration = replace(configuration, records=half)
    timeline.run(120)
    timeline.configuration = configuration
    moments = timeline.run(300)
    assert not any(moment.is_set for moment in moments), "latched on the first deployment"
