"""What the function does when the switch is a routing control."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.failover_control.agreed import LOOKS
from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.routing_control import ClusterError
from tests.arc import FIRST, Cluster
from tests.functions.failover_control.events import alarm, scheduled
from tests.functions.failover_control.role import environment_of, role_of
from tests.functions.failover_control.world import REGION, UNHEALTHY, World, answers, refused


@pytest.fixture
def cluster(world: World) -> Iterator[Cluster]:
    """The function's cluster, with a single endpoint configured, and its role for a routing
    control."""
    world.role = role_of(
        environment_of("routing control"), buckets=[world.name], group=world.name, region=REGION
    )
    with Cluster().answering() as one:
        world.follows(one)
        yield one
    assert not world.role.refused


def endpoint_alarm(world: World, began: datetime) -> dict[str, Any]:
    return alarm(f"{world.name}-primary-endpoint", began=began)


def test_a_failure_turns_the_control_off_and_wakes_the_standby(
    world: World, cluster: Cluster
) -> None:
    world.add_group(2, awake=4)
    cluster.reads("On", times=2)
    cluster.turns("Off")
    cluster.reads("Off", times=LOOKS - 2)
    done = world.handle(scheduled(), answers(UNHEALTHY))
    assert done == ["standby woken", "switch set", "standby woken"]
    assert (world.size, world.guarded) == (4, 4)
    assert world.published == [0, 1]
    assert world.needed == [1]
    assert len(cluster.made) == 1, "one client for all looks"
    assert world.marks == [False, False], "Route 53 follows the control itself"
    found = world.places[0].note()
    assert found is not None
    assert found[1]["by"] == "failover-control"


def test_while_it_is_on_and_the_primary_healthy_nothing_moves(
    world: World, cluster: Cluster
) -> None:
    cluster.reads("On", times=LOOKS)
    assert world.handle(scheduled()) == []


def test_one_that_an_operator_turned_off_wakes_the_standby(world: World, cluster: Cluster) -> None:
    world.add_group(2, awake=4)
    cluster.reads("Off")
    assert world.control().act(Health.HEALTHY) == ["standby woken"]


def test_an_alarm_turns_it_off_unless_it_was_cleared_since(world: World, cluster: Cluster) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    cluster.reads("On", times=2)
    cluster.turns("Off")
    assert world.handle(endpoint_alarm(world, began)) == ["switch set"]
    world.s3.put_object(Bucket=world.name, Key="cleared", Body=b"{}")
    cluster.reads("On", times=2)
    assert world.handle(endpoint_alarm(world, began)) == []


def test_without_the_bucket_it_is_turned_off_and_the_standby_woken(
    world: World, cluster: Cluster
) -> None:
    world.add_group(2, awake=4)
    world.broken["s3"] = refused("SlowDown")
    cluster.reads("On", times=2)
    cluster.turns("Off")
    control = world.control()
    for _ in range(2):  # neither the time of the clear nor the note of the need is available
        with pytest.RaisesGroup(*2 * [pytest.RaisesExc(Exception, match="SlowDown")]):
            control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


def test_without_the_cluster_the_standby_is_woken_all_the_same(
    world: World, cluster: Cluster
) -> None:
    world.add_group(2, awake=4)
    cluster.lose(FIRST)
    with pytest.RaisesGroup(ClusterError):
        world.control().act(Health.UNHEALTHY)
    assert (world.size, world.guarded) == (4, 2)


def test_without_the_cluster_a_standby_that_was_needed_does_not_rest(
    world: World, cluster: Cluster
) -> None:
    """The control may be off, and all users on the standby."""
    world.add_group(2, awake=4)
    cluster.reads("Off", times=2)
    for _ in range(2):
        world.control().act(Health.UNHEALTHY)
    cluster.lose(FIRST)
    with pytest.RaisesGroup(ClusterError):
        world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


def test_a_standby_rests_once_the_control_is_on_again(world: World, cluster: Cluster) -> None:
    world.add_group(2, rest=2, awake=4)
    cluster.reads("Off")
    world.control().act(Health.UNHEALTHY)
    cluster.reads("On")
    assert world.control(later=REST_AFTER).act(Health.HEALTHY) == ["standby at rest"]
