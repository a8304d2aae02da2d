"""An instance's web server: Apache if installed, otherwise Python's."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from proof.drill import apache
from proof.drill.reading import EmittedRegion
from proof.drill.user_data import FAILS, boot
from terminal.errors import OperationError

ROOT = Path(__file__).parent.parent.parent
COMMANDS = ("apache2", "httpd")
# Debian installs it where only root's PATH looks.
SYSTEM = ("/usr/sbin", "/usr/local/sbin")
LOOPBACK = "127.0.0.1"
# Real seconds.
START_TIMEOUT = 10
STOP_TIMEOUT = 5


@dataclass(frozen=True)
class PageSoftware:
    """What serves the pages. apache: its executable; None for Python's server."""

    name: str
    apache: Path | None
    hangs: bool = False

    def command(self, folder: Path, port: int) -> list[str]:
        """The command that serves a booted folder."""
        if self.apache is not None:
            return apache.command(self.apache, folder, port)
        module = "proof.drill.page_server"
        return [sys.executable, "-m", module, str(folder), str(port)]

    def server(self, region: EmittedRegion, folder: Path, port: int) -> "WebServer":
        """An instance of the region."""
        return WebServer(self, region.user_data, folder, port)

    def end(self) -> None:
        """Its processes end with the drill's."""


def find_software(environ: Mapping[str, str] = os.environ) -> PageSoftware:
    path = os.pathsep.join([environ.get("PATH", ""), *SYSTEM])
    for name in COMMANDS:
        found = shutil.which(name, path=path)
        if found is not None:
            return PageSoftware(apache.version(Path(found)), Path(found))
    python = ".".join(map(str, sys.version_info[:3]))
    return PageSoftware(f"http.server of Python {python} (no Apache is installed)", None)


def free_port() -> int:
    """A port that is free on loopback."""
    with socket.create_server((LOOPBACK, 0)) as found:
        return found.getsockname()[1]


class WebServer:
    """One instance's process. folder: private, and created here."""

    release = None

    def __init__(self, software: PageSoftware, script: str, folder: Path, port: int) -> None:
        self.port = port
        self._software = software
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        folder.chmod(0o755)  # Apache drops to nobody when root starts it
        boot(script, folder)
        self._log = folder / "output.log"

    def fetch(self) -> None:
        """The page is in the user data."""

    def start(self) -> None:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                self._software.command(self._folder, self.port),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the drill to handle
            )

    def wait_until_it_serves(self) -> None:
        """Raises OperationError if it does not."""
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end and self._process and self._process.poll() is None:
            with suppress(OSError), socket.create_connection((LOOPBACK, self.port), timeout=1):
                return
            time.sleep(0.02)
        logs = [self._log, self._folder / "error.log"]
        said = "".join(log.read_text() for log in logs if log.exists()).strip()
        raise OperationError(f"a web server does not start: {said}")

    def fail(self, *, fails: bool) -> None:
        """Makes the application answer 500, or serve again."""
        marker = self._folder / FAILS
        if fails:
            marker.touch()
        else:
            marker.unlink(missing_ok=True)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
