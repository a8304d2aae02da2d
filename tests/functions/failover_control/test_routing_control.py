"""The switch as an ARC routing control: ARC has the position, the bucket has the notes."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.failover_control.routing_control import (
    CLUSTER_TIMEOUTS,
    ClusterError,
    RoutingControlSwitch,
    in_random_order,
)
from functions.failover_control.switch import Setting, Unnoted
from tests.arc import ENDPOINTS, FIRST, SECOND, THIRD, Cluster
from tests.functions.failover_control.world import World, refused

SLOW_DOWN = refused("SlowDown")


def keys(world: World) -> set[str]:
    found = world.s3.list_objects_v2(Bucket=world.name).get("Contents", [])
    return {one["Key"] for one in found}


def set_it(switch: RoutingControlSwitch, reason: str = "a drill") -> bool:
    return switch.set(by="ana", reason=reason).changed


def test_a_control_that_is_on_is_a_clear_switch(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("On")
    assert switch.setting() is None
    assert switch.cleared_at() is None


def test_setting_it_turns_the_control_off_and_notes_who_when_and_why(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    cluster.reads("On")
    cluster.turns("Off")
    assert set_it(switch)
    cluster.reads("Off")
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert (setting.by, setting.reason) == ("ana", "a drill")
    assert before <= setting.at <= datetime.now(UTC)


def test_a_control_that_is_off_is_not_turned_and_its_first_reason_stays(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("On")
    cluster.turns("Off")
    set_it(switch)
    cluster.reads("Off", times=2)
    assert not set_it(switch, "another")
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert setting.reason == "a drill"


def test_clearing_it_turns_the_control_on_and_takes_the_note_away(
    world: World, cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("On")
    cluster.turns("Off")
    set_it(switch)
    before = datetime.now(UTC) - timedelta(seconds=1)
    cluster.turns("On")
    switch.clear(by="ana", reason="the drill is over")
    assert keys(world) == {"cleared"}
    cleared = switch.cleared_at()
    assert cleared is not None
    assert before <= cleared <= datetime.now(UTC)


def test_its_regions_agree_by_themselves(cluster: Cluster, switch: RoutingControlSwitch) -> None:
    cluster.reads("On")
    cluster.reads("Off")
    assert [switch.reconcile().is_set for _ in range(2)] == [False, True]


def test_the_next_endpoint_is_asked_where_one_is_gone_and_first_from_then_on(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.lose(FIRST)
    cluster.reads("On", at=SECOND)
    cluster.turns("Off", at=SECOND)
    assert set_it(switch)
    assert [region for region, _ in cluster.made] == [FIRST, SECOND]


def test_an_endpoint_that_refuses_is_passed_over_too(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    """ARC takes endpoints out of service in turn, and a broken region may answer anything."""
    cluster.refuses(
        "get_routing_control_state", "EndpointTemporarilyUnavailableException", at=FIRST
    )
    cluster.refuses("get_routing_control_state", "AccessDeniedException", at=SECOND)
    cluster.reads("Off", at=THIRD)
    assert switch.setting() == Unnoted("there is no note of it")


def test_without_any_endpoint_nothing_is_concluded_and_every_reason_is_told(
    cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    for region in (FIRST, THIRD):
        cluster.lose(region)
    cluster.refuses("get_routing_control_state", "ThrottlingException", at=SECOND)
    with pytest.raises(ClusterError) as caught:
        set_it(switch)
    told = str(caught.value)
    assert told.startswith(f"no endpoint of the ARC cluster did it: {FIRST}: Could not connect")
    assert f"{SECOND}: An error occurred (ThrottlingException)" in told
    assert f"{THIRD}: Could not connect" in told


def test_what_a_safety_rule_refuses_is_told(
    world: World, cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("On")
    for region in ENDPOINTS:
        cluster.refuses("update_routing_control_state", "ConflictException", at=region)
    with pytest.raises(ClusterError, match="ConflictException"):
        set_it(switch)
    assert keys(world) == set(), "no note of what did not happen"


def test_a_note_that_cannot_be_written_does_not_keep_the_control_on(
    world: World,
    cluster: Cluster,
    switch: RoutingControlSwitch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cluster.reads("On")
    cluster.turns("Off")
    world.broken["s3"] = SLOW_DOWN
    with caplog.at_level(logging.WARNING):
        assert set_it(switch)
    (told,) = caplog.messages
    assert told.startswith("the switch is set, and no note says so: An error occurred (SlowDown)")


def test_a_note_that_cannot_be_written_does_not_keep_the_control_off(
    world: World,
    cluster: Cluster,
    switch: RoutingControlSwitch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cluster.turns("On")
    world.broken["s3"] = SLOW_DOWN
    with caplog.at_level(logging.WARNING):
        switch.clear(by="ana", reason="the drill is over")
    assert [told.partition(",")[0] for told in caplog.messages] == [
        "the switch is about to be cleared",
        "the switch is clear",
    ]


def test_a_note_that_cannot_be_read_does_not_hide_that_it_is_set(
    world: World, cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    cluster.reads("Off")
    world.broken["s3"] = SLOW_DOWN
    setting = switch.setting()
    assert isinstance(setting, Unnoted)
    assert setting.because.startswith("the note cannot be read: An error occurred (SlowDown)")


def test_a_note_that_was_left_behind_is_replaced(
    world: World, cluster: Cluster, switch: RoutingControlSwitch
) -> None:
    world.s3.put_object(Bucket=world.name, Key="note", Body=b'{"by": "an earlier one"}')
    cluster.reads("On")
    cluster.turns("Off")
    set_it(switch)
    cluster.reads("Off")
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert setting.by == "ana"


def test_a_time_of_clearing_that_cannot_be_read_is_not_taken_for_never(
    world: World, switch: RoutingControlSwitch
) -> None:
    world.broken["s3"] = SLOW_DOWN
    with pytest.raises(ClientError, match="SlowDown"):
        switch.cleared_at()


def test_the_endpoints_are_tried_in_every_order() -> None:
    seen = {tuple(region for region, _ in in_random_order(ENDPOINTS)) for _ in range(500)}
    assert len(seen) == 6
    assert dict(in_random_order(ENDPOINTS)) == ENDPOINTS


def test_a_client_does_not_wait_long_for_its_endpoint() -> None:
    """Even with two regions lost, the others can be tried within a minute."""
    client: Any = boto3.client(
        "route53-recovery-cluster",
        region_name=FIRST,
        endpoint_url=ENDPOINTS[FIRST],
        config=CLUSTER_TIMEOUTS,
    )
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 4)
    assert config.retries["total_max_attempts"] == 1
    assert client.meta.endpoint_url == ENDPOINTS[FIRST]
