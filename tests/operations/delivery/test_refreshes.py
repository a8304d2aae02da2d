"""One region is brought to a release: whatever refresh is under way there, ends, or fails."""

from dataclasses import replace

import pytest

from operations.delivery.group import Members, Refresh
from operations.delivery.region import FailedError
from tests.operations.delivery.fakes import World, begun, to_the_end

pytestmark = pytest.mark.usefixtures("no_pause")


def test_a_refresh_that_is_still_pending_is_waited_for(world: World) -> None:
    one = begun(world)
    one.advance()
    running = world.refreshes[0]
    world.refreshes[0] = replace(running, status="Pending", started=None)
    assert one.advance().step == "replaces instances"
    world.refreshes[0] = running
    to_the_end(one)
    assert world.log == ["point b", "start with 2 alarms"]


def test_one_that_was_cancelled_before_it_began_is_started_again(world: World) -> None:
    one = begun(world)
    world.refreshes = [Refresh("1", "Cancelled", None, "")]
    to_the_end(one)
    assert world.log == ["point b", "start with 2 alarms"]


def test_a_refresh_that_succeeds_during_a_look_is_enough(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = begun(world)
    one.advance()
    look = one.group.latest_refresh

    def succeeds() -> Refresh | None:
        while (found := look()) is not None and found.under_way:
            pass
        return found

    monkeypatch.setattr(one.group, "latest_refresh", succeeds)
    assert one.advance().level
    assert world.log == ["point b", "start with 2 alarms"]


def test_a_second_run_goes_on_with_the_refresh_that_is_under_way(world: World) -> None:
    begun(world).advance()
    assert to_the_end(begun(world))
    assert world.log == ["point b", "start with 2 alarms"]


def test_a_second_run_starts_what_the_first_did_not(world: World) -> None:
    begun(world)
    to_the_end(begun(world))
    assert world.log == ["point b", "start with 2 alarms"]


def test_an_earlier_refresh_is_ended_first(world: World) -> None:
    world.refreshes.insert(0, Refresh("terraform's", "InProgress", world.now, ""))
    to_the_end(begun(world))
    assert world.log == ["point b", "cancel", "start with 2 alarms"]


def test_a_refresh_that_is_pending_is_followed(world: World) -> None:
    one = begun(world)
    world.refreshes.insert(0, Refresh("terraform's", "Pending", None, ""))
    assert one.advance().step == "replaces instances"
    assert world.log == ["point b"]


def test_a_refresh_that_ends_between_two_reads_is_not_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = begun(world)
    one.advance()
    members, ended = one.group.members, Refresh("1", "Successful", world.now, "")

    def all_replaced_meanwhile() -> Members:
        world.refreshes[0] = ended
        world.instances.clear()
        world.launch(3)
        return members()

    monkeypatch.setattr(one.group, "members", all_replaced_meanwhile)
    to_the_end(one)
    assert world.log == ["point b", "start with 2 alarms"]


def test_terraforms_own_refresh_in_the_middle_is_followed(world: World) -> None:
    """Terraform cancels what is under way, and starts its own: its instances run the release."""
    one = begun(world)
    one.advance()
    one.advance()
    world.refreshes[0] = replace(world.refreshes[0], status="Cancelled")
    world.refreshes.insert(0, Refresh("terraform's", "InProgress", world.tick(), ""))
    to_the_end(one)
    assert world.log == ["point b", "start with 2 alarms"]


def test_a_refresh_that_somebody_cancelled_is_started_again(world: World) -> None:
    """As in the moment between Terraform's cancelling it and starting its own."""
    one = begun(world)
    one.advance()
    world.refreshes[0] = replace(world.refreshes[0], status="Cancelled")
    to_the_end(one)
    assert world.log == ["point b", "start with 2 alarms", "start with 2 alarms"]


def test_a_failure_of_before_does_not_keep_one_from_trying_again(world: World) -> None:
    one = begun(world)
    one.advance()
    world.refreshes[0] = replace(world.refreshes[0], status="Failed", reason="no capacity")
    with pytest.raises(FailedError):
        to_the_end(one)
    to_the_end(begun(world))


@pytest.mark.parametrize("status", ["Failed", "RollbackFailed", "RollbackSuccessful"])
def test_a_refresh_that_ended_early_is_a_failure(world: World, status: str) -> None:
    one = begun(world)
    one.advance()
    world.refreshes[0] = replace(world.refreshes[0], status=status, reason="no capacity")
    with pytest.raises(FailedError, match=rf"primary, ap-south-1: .* {status}: no capacity"):
        to_the_end(one)
