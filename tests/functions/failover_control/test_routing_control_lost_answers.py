"""A routing control whose answers are lost: it may have turned, so ARC is asked whether it has."""

from collections.abc import Callable

import pytest

from functions.failover_control.routing_control import ClusterError, RoutingControlSwitch
from functions.failover_control.switch import Setting, UncertainError
from tests.arc import ENDPOINTS, FIRST, SECOND, THIRD, Cluster
from tests.functions.failover_control.world import World

Act = Callable[[RoutingControlSwitch], object]


def sets(switch: RoutingControlSwitch) -> bool:
    return switch.set(by="ana", reason="a drill").changed


def clears(switch: RoutingControlSwitch) -> bool:
    return switch.clear(by="ana", reason="the drill is over").changed


def loses_all_answers(cluster: Cluster, *, then_gone: bool = False) -> None:
    for region in ENDPOINTS:
        cluster.loses_the_answer(at=region, then_gone=then_gone)


def test_the_next_endpoint_is_asked_to_turn_it(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("On")
    cluster.loses_the_answer(at=FIRST)
    cluster.turns("Off", at=SECOND)
    assert sets(switch)


def test_a_set_that_arrived_all_the_same_is_done_and_noted(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("On")
    loses_all_answers(cluster)
    cluster.reads("Off", times=2)
    assert sets(switch)
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert setting.reason == "a drill"


def test_a_clear_that_arrived_all_the_same_is_done(
    world: World, cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    world.s3.put_object(Bucket=world.name, Key="note", Body=b"{}")
    loses_all_answers(cluster)
    cluster.reads("On")
    assert clears(switch)
    assert world.places[0].note() is None


def test_one_lost_answer_is_enough_to_ask(cluster: Cluster, switch: RoutingControlSwitch) -> None:
    cluster.reads("On")
    cluster.loses_the_answer(at=FIRST)
    cluster.lose(SECOND)
    cluster.refuses("update_routing_control_state", "ConflictException", at=THIRD)
    cluster.reads("Off", at=FIRST)
    assert sets(switch)


@pytest.mark.parametrize(("act", "still"), [(sets, "On"), (clears, "Off")])
def test_one_that_is_not_there_yet_may_still_arrive(
    cluster: Cluster, switch: RoutingControlSwitch, act: Act, still: str
) -> None:
    if act is sets:
        cluster.reads("On")
    loses_all_answers(cluster)
    cluster.reads(still)
    with pytest.raises(UncertainError) as caught:
        act(switch)
    told = str(caught.value)
    assert told.startswith(f"no endpoint of the ARC cluster confirms it: {FIRST}: Read timeout")
    assert told.endswith(f"; the control is still {still}, and what was sent may yet arrive")


@pytest.mark.parametrize("act", [sets, clears])
def test_one_that_nobody_can_look_for_is_not_said_to_have_failed(
    cluster: Cluster, switch: RoutingControlSwitch, act: Act
) -> None:
    if act is sets:
        cluster.reads("On")
    loses_all_answers(cluster, then_gone=True)
    with pytest.raises(UncertainError, match=r"; the control's state cannot be read either$"):
        act(switch)


def test_one_that_was_never_sent_is_certain(cluster: Cluster, switch: RoutingControlSwitch) -> None:
    for region in (FIRST, SECOND):
        cluster.lose(region)
    cluster.refuses("update_routing_control_state", "ConflictException", at=THIRD)
    with pytest.raises(ClusterError, match=r"did it: .*Could not connect") as caught:
        clears(switch)
    assert not isinstance(caught.value, UncertainError)


def test_an_endpoint_that_breaks_off_may_have_turned_it(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    for region in ENDPOINTS:
        cluster.refuses("update_routing_control_state", "InternalServerException", at=region)
    cluster.reads("On")
    assert clears(switch)
