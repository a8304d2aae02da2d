"""`failover local`, as a user runs it."""

import sys
from pathlib import Path

TIMEOUT = 900


def failover_local(*arguments: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "cli", "local", *arguments, "--folder", str(folder)]


def lighter_local(*arguments: str, folder: Path) -> list[str]:
    """The same without web ACLs, for tests of other things."""
    program = "tests.sandbox.local.lighter_local"
    return [sys.executable, "-m", program, *arguments, "--folder", str(folder)]
