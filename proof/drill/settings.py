"""A drill's settings."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.local.workspace import DEFAULT_FOLDER

DEFAULT_FACTOR = 25.0
DEFAULT_USERS = 6
DEFAULT_OUTPUT = Path("drill")


@dataclass(frozen=True)
class Settings:
    """environment: a name or file. factor: simulated seconds in a real one. seed: for everything
    random. users: how many users there are. stacks: emitted stacks to model instead of the deployed
    ones. deploy: whether to apply the stacks first. folder: that of `failover local`. release: the
    archive that instances run, where the application is a release. writes: whether users write to
    it, where there is a database that the drill can play."""

    environment: str
    factor: float = DEFAULT_FACTOR
    seed: int = 0
    users: int = DEFAULT_USERS
    output: Path = DEFAULT_OUTPUT
    stacks: Path | None = None
    deploy: bool = True
    folder: Path = DEFAULT_FOLDER
    release: Path | None = None
    writes: bool = True
