"""What befalls a deployment in memory, and its end."""

from collections.abc import Callable
from contextlib import suppress

from environments import Role
from tests.operations.plans.world import DETECTION, World

Change = Callable[[World], None]


def lose(role: Role) -> Change:
    """A region is lost, and Route 53 has noticed."""

    def change(world: World) -> None:
        world.lost.add(world.regions[role])
        world.sleep(2 * DETECTION)

    return change


def restore(world: World) -> None:
    """What was lost is back."""
    world.lost.clear()
    world.sleep(2 * DETECTION)


def forget(world: World) -> None:
    """The fault is over."""
    world.lost -= world.by_fault
    world.by_fault.clear()
    world.fault, world.armed = None, False
    with suppress(KeyboardInterrupt):
        world.sleep(2 * DETECTION)
