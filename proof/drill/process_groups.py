"""Processes of a release: each leads a group of its own, and nothing of it outlives the drill."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sandbox.embedded_aws.instances.running import NOBODY

GUARD = Path(__file__).with_name("guard.py")
# Real seconds that a process has to end by itself: by then, nobody sends it requests any more.
STOP_TIMEOUT = 2
Process = subprocess.Popen[bytes]


def nobody() -> int | None:
    """The user that a release's processes run as; None for this process's own, unless it is
    root's."""
    return NOBODY if os.geteuid() == 0 else None


class ProcessGroups:
    """Starts and ends them."""

    def __init__(self) -> None:
        self._guard = subprocess.Popen(
            [sys.executable, "-I", str(GUARD)],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a terminal's Ctrl-C must not end it first
        )
        self._writing = threading.Lock()

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> Process:
        """Starts a process, as nobody if this one is root's. log: gets what it prints. Raises
        OSError."""
        user = nobody()
        with log.open("ab") as written:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        self._tell(f"+{process.pid}")
        return process

    def end(self, process: Process) -> None:
        """Ends a process as systemd does, and whatever it has started."""
        self.signal(process, signal.SIGTERM)
        self.signal(process, signal.SIGCONT)  # one that is stopped could not end
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell(f"-{process.pid}")

    def signal(self, process: Process, number: signal.Signals) -> None:
        """Sends a signal to a whole group, if it is still there."""
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)

    def close(self) -> None:
        """Ends whatever is left."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()

    def _tell(self, line: str) -> None:
        with self._writing, suppress(ValueError):  # closed: everything has ended
            assert self._guard.stdin is not None  # noqa: S101 # stdin=PIPE
            self._guard.stdin.write(f"{line}\n")
            self._guard.stdin.flush()
