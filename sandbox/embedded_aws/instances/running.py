"""Unpacks a release in a private folder, and runs it there as an instance would. No AWS is needed.

It is no sandbox: the release can read what anybody on this machine can.
"""

import os
import socket
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
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
LOG = "log"
# Starts an unpacked release.
GO = b"."
# Seconds to end its processes in.
END_TIMEOUT = 10


@dataclass
class RunningRelease:
    """A release that has been started, and may have ended."""

    _log: Path
    _boot: socket.socket
    _ended: bool = False

    @property
    def runs(self) -> bool:
        """Whether it is being installed, or runs."""
        if not self._ended:
            with suppress(BlockingIOError):
                self._boot.recv(1, socket.MSG_DONTWAIT)
                self._ended = True
        return not self._ended

    def printed(self) -> str:
        """The last lines that it printed, and how it ended."""
        with self._log.open("rb") as log:
            log.seek(max(self._log.stat().st_size - LONGEST, 0))
            text = log.read().decode(errors="replace")
        return "\n".join(text.strip().splitlines()[-LAST_LINES:])


@dataclass(frozen=True)
class PrivateFolder:
    """A folder that is removed even if this process is killed, to start a release in."""

    path: Path
    _boot: socket.socket
    _user: int | None

    def start(self, archive: Path) -> RunningRelease:
        """Unpacks a release that `releases.read_release` has read, and starts it."""
        unpack(archive, self.path / "release", self._user)
        self.path.chmod(PASSAGE)
        self._boot.send(GO)
        return RunningRelease(self.path / LOG, self._boot)


@contextmanager
def private_folder(
    environment: Mapping[str, str], parent: Path | None = None
) -> Generator[PrivateFolder]:
    """A new folder. Once the `with` block ends, neither it nor what was started in it is left.

    environment: all that the release gets, besides the system's PATH.
    parent: where to make the folder; None for the system's temporary folder. Nobody must be allowed
    to pass through it.
    Raises OSError where there is no room for it.
    """
    user = NOBODY if os.geteuid() == 0 else None
    path = Path(tempfile.mkdtemp(prefix="release-", dir=parent))
    with _booted(path, environment, user) as boot:
        yield PrivateFolder(path, boot, user)


@contextmanager
def running(archive: Path, environment: Mapping[str, str]) -> Generator[RunningRelease]:
    """Runs a release in a private folder until the `with` block ends, as nobody if this process is
    root's."""
    with private_folder(environment) as folder:
        yield folder.start(archive)


def unpack(archive: Path, folder: Path, owner: int | None = None) -> None:
    """Unpacks an archive in a new folder. owner: the numeric ID of whose it will be."""
    folder.mkdir()
    with tarfile.open(archive, "r:gz") as tar:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(folder, filter="data")
        else:  # Python before 3.11.4; `read_release` has checked the members already
            tar.extractall(folder)  # noqa: S202
    if owner is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, owner, follow_symlinks=False)


@contextmanager
def _booted(
    folder: Path, environment: Mapping[str, str], user: int | None
) -> Generator[socket.socket]:
    # A socket, as a clone of this process lets go of those, and so does not keep it alive.
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-I", str(BOOT), str(folder), *([] if user is None else [str(user)])]
    with ours:
        with theirs, (folder / LOG).open("wb") as written:
            boot = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=written,
                stderr=written,
                env={"PATH": PATH, **environment},
                start_new_session=True,
            )
        try:
            yield ours
        finally:
            ours.close()
            boot.wait(END_TIMEOUT)
