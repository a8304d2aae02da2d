"""Whether a process that a test started still runs."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from sandbox.embedded_aws.process import RECORD


def recorded_pid(folder: Path) -> int:
    return json.loads((folder / RECORD).read_text())["pid"]


def ended(pid: int) -> bool:
    """Whether a process has ended, even if it was never reaped."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()
