"""Unpacks a release in a private folder, and runs it there as an instance would. No AWS is needed.

It is no sandbox: the release can read what anybody on this machine can.
"""

import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BOOT = Path(__file__).with_name("boot.py")
# systemd's own: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#%24PATH
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Of `nobody`, on every Linux distribution.
NOBODY = 65534
# Others may pass through the private folder to the release, and not list it.
PASSAGE = 0o711
# Of what it printed: the last lines, which tell why it failed.
LAST_LINES, LONGEST = 10, 2_000
# Seconds to end its processes in.
END_TIMEOUT = 10


@dataclass(frozen=True)
class RunningRelease:
    """A release that has been started, and may have ended."""

    _boot: subprocess.Popen[bytes]
    _log: Path

    @property
    def runs(self) -> bool:
        """Whether it is being installed, or runs."""
        return self._boot.poll() is None

    def printed(self) -> str:
        """The last lines that it printed, and how it ended."""
        with self._log.open("rb") as log:
            log.seek(max(self._log.stat().st_size - LONGEST, 0))
            text = log.read().decode(errors="replace")
        return "\n".join(text.strip().splitlines()[-LAST_LINES:])


@contextmanager
def running(
    archive: Path, environment: Mapping[str, str], parent: Path | None = None
) -> Generator[RunningRelease]:
    """Runs a release until the `with` block ends, as nobody if this process is root's. The archive
    is needed no more once the block has begun.

    archive: a release that `releases.read_release` has read.
    environment: all that it gets, besides the system's PATH.
    parent: where to make the private folder; None for the system's temporary folder. Nobody must be
    allowed to pass through it.
    Raises OSError where there is no room for it.
    """
    folder = Path(tempfile.mkdtemp(prefix="release-", dir=parent))
    log = folder / "log"
    user = NOBODY if os.geteuid() == 0 else None
    try:
        unpack(archive, folder / "release", user)
        folder.chmod(PASSAGE)
        with _started(folder, log, environment, user) as boot:
            yield RunningRelease(boot, log)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unpack(archive: Path, folder: Path, owner: int | None = None) -> None:
    """Unpacks an archive in a new folder. owner: the numeric ID of whose it will be."""
    folder.mkdir()
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(folder, filter="data")
    if owner is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, owner, follow_symlinks=False)


@contextmanager
def _started(
    folder: Path, log: Path, environment: Mapping[str, str], user: int | None
) -> Generator[subprocess.Popen[bytes]]:
    # A socket, as a clone of this process lets go of those, and so does not keep it alive.
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-I", str(BOOT), str(folder), *([] if user is None else [str(user)])]
    with ours:
        with theirs, log.open("wb") as written:
            boot = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=written,
                stderr=written,
                env={"PATH": PATH, **environment},
                start_new_session=True,
            )
        try:
            yield boot
        finally:
            ours.close()
            boot.wait(END_TIMEOUT)
