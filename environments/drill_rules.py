"""What the fields of `[drill]` must be, together and with others."""

from collections.abc import Iterator

from environments.errors import Mistake
from environments.model import Environment
from environments.rule import Rule


def experiments_are_live(environment: Environment) -> Iterator[Mistake]:
    """An experiment that nobody may start is left over."""
    if environment.drill.fis and not environment.drill.live:
        yield Mistake("drill.live", "must be true with drill.fis = true")


def experiments_cut_own_subnets_off(environment: Environment) -> Iterator[Mistake]:
    """An experiment cuts whole subnets off, with everything in them."""
    if environment.drill.fis and environment.primary.existing_network is not None:
        yield Mistake(
            "drill.fis", "must be false with primary.existing_network: others use its subnets too"
        )


RULES: tuple[Rule, ...] = (experiments_are_live, experiments_cut_own_subnets_off)
