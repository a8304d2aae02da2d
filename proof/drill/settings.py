"""What a drill can be told."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.local.workspace import DEFAULT_FOLDER

DEFAULT_FACTOR = 25.0
DEFAULT_USERS = 6
DEFAULT_OUTPUT = Path("drill")


@dataclass(frozen=True)
class Settings:
    """environment: its name or file. factor: simulated seconds in a real one. seed: spreads what
    nobody coordinates. users: how many ask. stacks: emitted stacks that the model reads in place of
    the deployed ones. deploy: whether the stacks are applied first. folder: of `failover local`."""

    environment: str
    factor: float = DEFAULT_FACTOR
    seed: int = 0
    users: int = DEFAULT_USERS
    output: Path = DEFAULT_OUTPUT
    stacks: Path | None = None
    deploy: bool = True
    folder: Path = DEFAULT_FOLDER
