"""What somebody should look at, and nothing else."""

import pytest

from environments import Alarms
from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from tests.operations.status.fakes import STANDBY, World, world_of
from tests.synthesis import example


def test_a_calm_day_needs_none(world: World) -> None:
    assert world.observer().look().attention == []


@pytest.mark.parametrize(("role", "region"), [("primary", "ap-south-1"), ("dr", "us-east-1")])
def test_a_dead_region_is_told_of_and_the_rest_is_shown(
    world: World, role: str, region: str
) -> None:
    world.regions[region].lost = True
    status = world.observer().look()
    assert f"{region}: nothing there can be read" in status.attention
    dead = {"primary": "primary", "dr": "standby"}[role]
    (other,) = {"primary", "standby"} - {dead}
    for what in ("targets", "instances"):
        assert status.facts[f"{dead}.{what}"].error is not None
        assert status.facts[f"{other}.{what}"].error is None
        assert status.facts[f"{dead}.health"].error is None, "DNS answers all the same"


def test_two_dead_regions_are_rather_this_machines_fault(world: World) -> None:
    for region in world.regions.values():
        region.lost = True
    first, *others = world.observer().look().attention
    assert first.startswith("no region can be read: look at your credentials and network first (")
    assert "Connect timeout" in first
    assert not any("nothing there can be read" in one for one in others)


def test_nobody_serves(world: World) -> None:
    for role in ("primary", "dr"):
        world.dns[world.environment.health_name(role)] = {UNHEALTHY_ADDRESS}
    first, *_ = world.observer().look().attention
    assert first.startswith("neither region is healthy: `failover ready` says what keeps")
    world.dns[world.environment.health_name("dr")] = {HEALTHY_ADDRESS}
    assert world.observer().look().attention == []


def test_it_links_the_runbook_if_the_file_says_where_that_is() -> None:
    hosted = Alarms(runbooks="https://wiki.example.com/alarms")
    world = world_of(example("mission").model_copy(update={"alarms": hosted}))
    for role in ("primary", "dr"):
        world.dns[world.environment.health_name(role)] = {UNHEALTHY_ADDRESS}
    first, *_ = world.observer().look().attention
    assert first.endswith("(https://wiki.example.com/alarms#standby-cannot-serve)")


def test_users_in_a_region_without_healthy_targets(world: World) -> None:
    world.primary.ill = {one["InstanceId"]: "503" for one in world.primary.instances}
    assert world.observer().look().attention == [
        "users are in ap-south-1, where no target is healthy"
    ]


def test_a_domain_that_leads_elsewhere(world: World) -> None:
    world.dns[world.environment.dns.domain] = {"192.0.2.7"}
    assert world.observer().look().attention == ["awspractice.space leads to neither region"]


def test_users_on_the_standby_that_nothing_keeps_there(world: World) -> None:
    world.dns[world.environment.dns.domain] = {STANDBY}
    assert world.observer().look().attention == [
        "users are in us-east-1, and the switch is clear: they return once the primary is healthy,"
        " unless the failover control or `failover over` sets it"
    ]


def test_alarms_are_counted_by_region(world: World) -> None:
    world.regions["us-east-1"].ring("awspractice-primary-endpoint")
    world.regions["us-east-1"].ring("awspractice-failover-switch")
    assert world.observer().look().attention == ["us-east-1: 2 in alarm"]
