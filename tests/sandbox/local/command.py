"""`failover local`, as a user runs it."""

import sys
from pathlib import Path

TIMEOUT = 900


def failover_local(*arguments: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "cli", "local", *arguments, "--folder", str(folder)]
