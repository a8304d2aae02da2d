"""The one folder that `failover local` writes to."""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sandbox.embedded_aws.process import LOG, RECORD
from terminal.errors import OperationError

DEFAULT_FOLDER = Path(".local")
# Tells a folder of ours, which is emptied without a question, from any other.
MARK = "made-by-failover-local.txt"
MARK_TEXT = "Working files of `failover local`; `failover local down` removes them.\n"


class Workspace:
    """The embedded AWS's record and log, and a folder for each deployment on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.providers = folder / ".providers"
        """Where Terraform keeps a provider that it had to download."""

    def outdir(self, deployment: str) -> Path:
        """Where this deployment's stacks are written; the bootstrap stack's state is beside it."""
        return self.folder / deployment / "cdktf.out"

    def stack(self, deployment: str, stack: str) -> Path:
        """Where Terraform runs for this stack."""
        return self.outdir(deployment) / "stacks" / stack

    def log(self, deployment: str, stack: str) -> Path:
        """All that Terraform said of this stack."""
        return self.folder / deployment / f"{stack}.log"

    @contextmanager
    def held(self) -> Generator[None]:
        """Creates the folder where it is missing, and keeps other commands from it meanwhile.

        Raises OperationError where one is at work there, or the folder is somebody else's.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / MARK).exists() and any(self.folder.iterdir()):
                raise OperationError(
                    f"{self.folder} holds files that `failover local` did not make"
                )
            (self.folder / MARK).write_text(MARK_TEXT)
            descriptor = os.open(self.folder, os.O_RDONLY)
        except OSError as error:
            raise OperationError(f"{self.folder} cannot be used: {error.strerror}") from None
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperationError(f"another `failover local` is at work in {self.folder}") from None

    def clear(self) -> None:
        """Removes what was made for an embedded AWS that is gone, but no downloaded provider.

        Raises OperationError where a file cannot be removed.
        """
        try:
            for path in self.folder.iterdir():
                if (path / "cdktf.out").is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
            for name in (RECORD, LOG):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}"
            raise OperationError(f"{self.folder} cannot be emptied: {reason}") from None

    def remove(self) -> None:
        """The same, and the folder itself where nothing else is in it."""
        self.clear()
        if [path.name for path in self.folder.iterdir()] == [MARK]:
            shutil.rmtree(self.folder)
