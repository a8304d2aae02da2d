"""Boots an unpacked release as an instance does: `install`, then `run`.

    python -I boot.py FOLDER [USER]

FOLDER will hold `release/`. USER is the numeric ID of the user that runs it. Standard input is a
socket: a byte on it starts the release, and one is sent back once the release has ended. The end of
input ends the release and removes FOLDER.

This is a process of its own, so that nothing of a release outlives whoever started it, even if that
one is killed. It needs the standard library alone, so that it starts fast.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

# What an instance gives it.
INSTALL_SECONDS = 300
SOCKET = 0
END_OF_INPUT = b""
# To remove the folder: what is being killed may still write to it.
ATTEMPTS, AGAIN = 100, 0.02

starting = threading.Lock()
groups: list[int] = []


def main(folder: Path, user: int | None) -> None:
    if os.read(SOCKET, 1) != END_OF_INPUT:
        threading.Thread(target=boot, args=(folder / "release", user), daemon=True).start()
        while os.read(SOCKET, 1) != END_OF_INPUT:
            pass
    with starting:  # never released: nothing may start any more
        _end_groups()
        for _ in range(ATTEMPTS):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(AGAIN)
        os._exit(0)


def boot(release: Path, user: int | None) -> None:
    install = release / "install"
    if not install.exists() or _succeeds(install, user, INSTALL_SECONDS):
        _succeeds(release / "run", user, None)
    with suppress(OSError):  # nobody is interested any more
        os.write(SOCKET, b".")


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


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)  # noqa: PLR2004
