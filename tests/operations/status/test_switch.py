"""The switch in each of its positions."""

import json

from functions.failover_control.agreed import CLEARED_KEY, NOTE_KEY, SET_KEY
from operations.switch.position import SwitchPosition, position_of
from tests.operations.status.fakes import STANDBY, THEN, World


def put(world: World, key: str, body: bytes = b"token") -> None:
    for place in world.environment.switch_places:
        world.regions[place.region].objects[place.bucket, key] = body


def position(world: World) -> SwitchPosition:
    return position_of(world.environment, world.connect)


def test_one_that_was_never_moved(world: World) -> None:
    assert position(world) == SwitchPosition("clear")
    assert str(position(world)) == "clear: the primary is in service while it is healthy"


def test_one_that_was_cleared(world: World) -> None:
    put(world, CLEARED_KEY)
    assert position(world) == SwitchPosition("clear", since=THEN)
    assert str(position(world)).startswith("clear, since 2026-11-29 02:30:00 UTC: the primary")


def test_one_that_is_set_says_since_when_by_whom_and_why(world: World) -> None:
    put(world, SET_KEY)
    put(world, NOTE_KEY, json.dumps({"by": "asha", "reason": "limps", "of": "token"}).encode())
    assert position(world) == SwitchPosition("set", since=THEN, by="asha", reason="limps")
    assert str(position(world)) == "set since 2026-11-29 02:30:00 UTC by asha: limps"
    world.dns[world.environment.dns.domain] = {STANDBY}
    status = world.observer().look()
    assert status.facts["switch"].wrong
    assert "the switch is set: users stay on the standby until `failover back`" in (
        status.attention
    )


def test_one_that_is_set_and_moves_nobody(world: World) -> None:
    put(world, SET_KEY)
    (told,) = world.observer().look().attention
    assert told.startswith("the switch is set, and users still go to ap-south-1")


def test_one_that_was_set_by_hand(world: World) -> None:
    put(world, SET_KEY)
    assert str(position(world)) == "set since 2026-11-29 02:30:00 UTC by unknown"


def test_automatic_failback_has_none(world: World) -> None:
    failover = world.environment.failover.model_copy(update={"failback": "automatic"})
    world.environment = world.environment.model_copy(update={"failover": failover})
    assert position(world) == SwitchPosition("none")
    assert str(position(world)) == "none: users return as soon as the primary is healthy"
    assert not world.standby.asked


def test_a_place_that_may_have_it_set_leaves_it_unknown(world: World) -> None:
    world.standby.lost = True
    fact = world.observer().look().facts["switch"]
    assert fact.value is None
    assert fact.error is not None
    assert fact.error.startswith("cannot be read: the switch's S3 objects: us-east-1: Connect time")
