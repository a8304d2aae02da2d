"""A region's instances and targets, by zone."""

import pytest

from operations.status.instances import ZoneTargets, instances, targets
from terminal.errors import OperationError
from tests.operations.status.fakes import FakeRegion, World, instance


def test_a_full_group(world: World) -> None:
    found = instances(world.environment, "primary", world.connect)
    assert str(found) == (
        "3 of 3 in service, 0 protected from scale-in:"
        " 1 in ap-south-1a, 1 in ap-south-1b, 1 in ap-south-1c"
    )
    assert not found.wrong


def test_a_zone_without_instances_and_one_that_starts(world: World) -> None:
    world.primary.instances = [
        instance(1, "ap-south-1a", ProtectedFromScaleIn=True),
        instance(2, "ap-south-1b", "Pending"),
    ]
    found = instances(world.environment, "primary", world.connect)
    assert found.zones == {"ap-south-1a": 1, "ap-south-1b": 0, "ap-south-1c": 0}
    assert found.others == {"Pending": 1}
    assert str(found).startswith("1 of 3 in service, 1 Pending, 1 protected from scale-in: ")
    assert found.wrong


def test_a_group_at_rest_has_none_and_nothing_is_wrong(world: World) -> None:
    world.standby.instances, world.standby.desired = [], 0
    found = instances(world.environment, "dr", world.connect)
    assert str(found).startswith("0 of 0 in service")
    assert not found.wrong
    assert str(targets(world.environment, "dr", world.connect)) == "no instance is registered"


def test_a_group_that_is_not_there_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeRegion, "_groups", lambda *_, **__: {"AutoScalingGroups": []})
    with pytest.raises(OperationError, match="there is no Auto Scaling group myauto"):
        instances(world.environment, "primary", world.connect)


def test_targets_by_zone_with_the_load_balancers_reasons(world: World) -> None:
    world.primary.ill = {"i-1": "Health checks failed with these codes: [503]"}
    found = targets(world.environment, "primary", world.connect)
    assert found.zones["ap-south-1b"] == ZoneTargets(healthy=0, registered=1)
    assert str(found) == (
        "2 of 3 healthy (Health checks failed with these codes: [503]):"
        " 1 of 1 in ap-south-1a, 0 of 1 in ap-south-1b, 1 of 1 in ap-south-1c"
    )
    assert found.wrong


def test_a_region_that_does_not_answer_is_an_error(world: World) -> None:
    world.primary.lost = True
    for ask in (instances, targets):
        with pytest.raises(
            OperationError, match="myauto in ap-south-1 cannot be read: Connect timeout"
        ):
            ask(world.environment, "primary", world.connect)
