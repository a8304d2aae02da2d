"""Boots an unpacked release as an instance does: `install`, then `run`, until standard input ends.

    python -I boot.py FOLDER [USER]

FOLDER holds `release/`, and is removed at the end. USER is the numeric ID of the user that runs it.
This is a process of its own, so that nothing of a release outlives whoever started it, even if that
one is killed. It needs the standard library alone, so that it starts fast.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html has no limit; the unit of an
# instance has this one.
INSTALL_SECONDS = 300
END_OF_INPUT = b""

starting = threading.Lock()
groups: list[int] = []


def main(folder: Path, user: int | None) -> int:
    threading.Thread(target=_end_with_standard_input, args=(folder,), daemon=True).start()
    install = folder / "release" / "install"
    if install.exists() and not _succeeds(install, user, INSTALL_SECONDS):
        return 1
    _succeeds(folder / "release" / "run", user, None)
    return 1  # `run` should not have ended


def _succeeds(program: Path, user: int | None, limit: int | None) -> bool:
    """Runs a program; says how it ended, and whether that was well."""
    try:
        with starting:
            child = subprocess.Popen(
                [program],
                cwd=program.parent,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
            groups.append(child.pid)
        status = child.wait(limit)
    except OSError as error:
        _say(f"{program.name} does not start: {error.strerror}")
        return False
    except subprocess.TimeoutExpired:
        _say(f"{program.name} did not end within {limit} s")
        return False
    finally:
        _end_groups()
    ended = f"exit status {status}" if status >= 0 else signal.Signals(-status).name
    _say(f"{program.name} ended: {ended}")
    return status == 0


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _end_groups() -> None:
    while groups:
        with suppress(ProcessLookupError):
            os.killpg(groups.pop(), signal.SIGKILL)


def _end_with_standard_input(folder: Path) -> None:
    while os.read(0, 1) != END_OF_INPUT:
        pass
    with starting:  # never released: nothing may start any more
        _end_groups()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))  # noqa: PLR2004
