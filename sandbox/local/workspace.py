"""The only folder that `failover local` writes to."""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from emitted import stack_folder
from sandbox.embedded_aws.process import LOG, RECORD
from terminal.errors import OperationError

DEFAULT_FOLDER = Path(".local")
# Marks a folder as ours, so that it may be emptied without asking.
MARK = "made-by-failover-local.txt"
MARK_TEXT = "Working files of `failover local`; `failover local down` removes them.\n"


class Workspace:
    """The embedded AWS's record and log, and a folder for each deployment on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.providers = folder / ".providers"
        """Caches a provider that Terraform had to download."""

    def outdir(self, name: str) -> Path:
        """The emitted stacks of the environment of this name; bootstrap's state is next to it."""
        return self.folder / name / "cdktf.out"

    def stack(self, name: str, stack: str) -> Path:
        """Terraform's working directory for this stack."""
        return stack_folder(self.outdir(name), stack)

    def log(self, name: str, stack: str) -> Path:
        """Terraform's full output for this stack."""
        return self.folder / name / f"{stack}.log"

    @contextmanager
    def held(self) -> Generator[None]:
        """Creates the folder if missing, and locks other commands out of it.

        Raises OperationError if one is already running there, or the folder is not ours.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / MARK).exists() and any(self.folder.iterdir()):
                raise OperationError(
                    f"{self.folder} contains files that `failover local` did not create"
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
            raise OperationError(f"another `failover local` is running in {self.folder}") from None

    def clear(self) -> None:
        """Removes what was made for an embedded AWS that is gone, but keeps downloaded providers.

        Raises OperationError if a file cannot be removed.
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
        """As `clear`, then removes the folder itself if nothing else is in it."""
        self.clear()
        if [path.name for path in self.folder.iterdir()] == [MARK]:
            shutil.rmtree(self.folder)
