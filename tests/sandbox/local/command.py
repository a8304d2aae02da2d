"""`failover local`, as a user runs it."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
TIMEOUT = 900


def failover_local(*arguments: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "cli", "local", *arguments, "--folder", str(folder)]
