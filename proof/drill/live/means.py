"""How a drill takes the primary out of users' reach. AWS gives it back by itself, even if the
machine that runs the drill dies."""

from typing import Protocol

from environments import Environment
from operations.aws import Connect
from proof.drill.live.closing import Closing
from proof.drill.live.experiment import CuttingOff
from terminal.errors import OperationError


class Means(Protocol):
    """Every method raises OperationError if AWS refuses, and may be called again."""

    @property
    def what(self) -> str:
        """What it does, in one line for whoever approves it."""
        ...

    def check(self) -> None:
        """Raises OperationError unless everything that it needs is there, and no drill is under
        way."""
        ...

    def begin(self) -> None:
        """Takes the primary away. AWS gives it back after `drill.minutes`."""
        ...

    def end(self) -> bool:
        """Gives it back now, whoever took it. Returns False if nothing had taken it."""
        ...

    @property
    def otherwise(self) -> str:
        """Who gives it back if nobody calls `end`, for whoever reads that `end` failed."""
        ...


def means_of(environment: Environment, connect: Connect) -> Means:
    """What the environment's stacks hold for it. Raises OperationError if they hold nothing."""
    if not environment.drill.live:
        raise OperationError(
            f"{environment.name} has nothing that takes the primary away and gives it back: set"
            " drill.live = true, and apply the stack `primary`"
        )
    return (
        CuttingOff(environment, connect) if environment.drill.fis else Closing(environment, connect)
    )
