"""The alarms of a deployment, in all regions that have some."""

import re

import pytest

from environments import Alarms as Settings
from modules.alarm_names import KnownAlarm, known_alarms
from operations.status.alarms import Alarms, alarms
from tests.command_line import ROOT
from tests.operations.status.fakes import THEN, World, alarm, world_of
from tests.synthesis import example


def told(world: World, region: str) -> Alarms:
    found = world.observer().look().facts[f"alarms.{region}"].value
    assert isinstance(found, Alarms)
    return found


def test_a_calm_region(world: World) -> None:
    found = told(world, "us-east-1")
    total = sum(one.region == "us-east-1" for one in known_alarms(world.environment))
    assert str(found) == f"none of {total} in alarm"
    assert not found.wrong


@pytest.mark.parametrize(
    ("region", "name", "heading"),
    [
        ("us-east-1", "awspractice-primary-endpoint", "primary-endpoint"),
        ("us-east-1", "awspractice-us-east-1-too-few-hosts", "too-few-hosts"),
        ("ap-south-1", "awspractice-standby-lost", "standby-lost"),
    ],
)
def test_what_rings_is_told_with_its_runbook(
    world: World, region: str, name: str, heading: str
) -> None:
    world.regions[region].ring(name)
    found = told(world, region)
    (row,) = str(found).splitlines()[1:]
    assert row == f"{name} since 2026-11-29 02:30:00 UTC: docs/alarms.md#{heading}"
    assert found.wrong
    assert f"\n### {heading}\n" in (ROOT / "docs" / "alarms.md").read_text()


def test_a_link_is_told_if_the_file_has_one() -> None:
    environment = example("mission")
    told_page = Settings(runbooks="https://wiki.example.com/alarms")
    world = world_of(environment.model_copy(update={"alarms": told_page}))
    world.regions["ap-south-1"].ring("awspractice-standby-lost")
    (one,) = told(world, "ap-south-1").ringing
    assert one.runbook == "https://wiki.example.com/alarms#standby-lost"


def test_since_when_it_is_in_that_state_and_not_since_another_reason(world: World) -> None:
    since = THEN.replace(hour=1)
    name = "awspractice-primary-endpoint"
    changed = {**alarm(name, "ALARM"), "StateTransitionedTimestamp": since}
    world.regions["us-east-1"].alarms[name] = changed
    (one,) = told(world, "us-east-1").ringing
    assert one.since == since


def test_without_data_and_missing(world: World) -> None:
    there = world.regions["ap-south-1"].alarms
    there["awspractice-standby-lost"] = alarm("awspractice-standby-lost", "INSUFFICIENT_DATA")
    del there["awspractice-ap-south-1-target-errors"]
    found = told(world, "ap-south-1")
    assert re.fullmatch(
        r"none of \d+ in alarm, 1 have no data, missing: awspractice-ap-south-1-target-errors",
        str(found),
    )
    assert found.wrong


def test_more_than_one_call_can_describe(world: World) -> None:
    region = world.regions["ap-south-1"]
    known = [KnownAlarm("ap-south-1", f"t{number}", "table-lag") for number in range(250)]
    region.alarms = {one.name: alarm(one.name) for one in known}
    assert alarms(known, str, "ap-south-1", world.connect).ok == 250
    assert len(region.asked) == 3
