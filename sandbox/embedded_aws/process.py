"""Starts, finds and stops the embedded AWS's process, which is recorded in a folder.

A record identifies the process by PID and command line, so a process that reuses the PID is neither
mistaken for it nor killed. A clone has the command line of its original.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import psutil

from sandbox.embedded_aws.client import NOTHING_OF_THE_USERS, EmbeddedAws, EmbeddedAwsError

ROOT = Path(__file__).parent.parent.parent
SERVER = "sandbox.embedded_aws.server"
RECORD = "aws.json"
LOG = "aws.log"
# In a clone's folder: what keeps it alive, as standard input keeps others.
LIFELINE = "aws.lifeline"
STAY = "stay\n"
# Seconds.
START_TIMEOUT = 60
STOP_TIMEOUT = 10
# moto's own setting:
# https://docs.getmoto.org/en/latest/docs/configuration/environment_variables.html
MOTO = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
# The account in moto's own documentation.
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Started:
    """An embedded AWS that ends with the process that started it, unless `stay` is called."""

    aws: EmbeddedAws
    _input: IO[str]

    def stay(self) -> None:
        """Keeps it running until `stop`. Raises EmbeddedAwsError if it has already ended."""
        try:
            self._input.write(STAY)
            self._input.close()
        except OSError:
            raise EmbeddedAwsError("the embedded AWS has ended") from None

    def end(self) -> None:
        """Ends it, if it still runs and was not told to stay."""
        self._input.close()

    @property
    def stays(self) -> bool:
        """Whether `stay` was called."""
        return self._input.closed


@contextmanager
def started(
    folder: Path, account: str = ACCOUNT, *, vcpus: int | None = None
) -> Generator[Started]:
    """Starts an embedded AWS, and stops it when the `with` block ends, unless told to stay.

    folder: holds its record and log, and is created if missing; one AWS per folder.
    account: the account ID to simulate.
    vcpus: its vCPU quota in each region; by default a new account's 5.
    Raises EmbeddedAwsError, with the end of the log, if it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).unlink(missing_ok=True)
    with (folder / LOG).open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", SERVER, str(folder.resolve() / RECORD)],
            cwd=ROOT,
            env=_environ(account),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,  # leaves a terminal's Ctrl-C to the process that started it
        )
    assert process.stdin is not None  # noqa: S101 # stdin=PIPE
    one: Started | None = None
    try:
        one = Started(_wait_for(folder, process), process.stdin)
        if vcpus is not None:
            one.aws.allow_vcpus(vcpus)
        yield one
    finally:
        if one is None or not one.stays:
            if process.poll() is None:
                _end(psutil.Process(process.pid))
            process.wait()
            process.stdin.close()
            (folder / RECORD).unlink(missing_ok=True)


@contextmanager
def cloned(original: EmbeddedAws, folder: Path) -> Generator[Started]:
    """Starts a copy of another embedded AWS: the same account, resources and credentials. From then
    on they are independent.

    folder: as for `started`, but not the original's.
    Raises EmbeddedAwsError, with the end of the log, if it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).unlink(missing_ok=True)
    with _lifeline(folder) as pipe:
        original.clone(folder / RECORD)
        aws = replace(_wait_for(folder), credentials=original.credentials)
        one = Started(aws, os.fdopen(os.open(pipe, os.O_WRONLY), "w"))
    try:
        yield one
    finally:
        if not one.stays:
            stop(folder)
            one.end()
            (folder / RECORD).unlink(missing_ok=True)


@contextmanager
def _lifeline(folder: Path) -> Generator[Path]:
    """A named pipe in place of standard input: the clone reads it and ends with its writer."""
    pipe = folder / LIFELINE
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    both_ends = os.open(pipe, os.O_RDWR)  # opening one end blocks until the other is open
    try:
        yield pipe
    finally:
        os.close(both_ends)
        pipe.unlink()


def _environ(account: str) -> dict[str, str]:
    """The server's environment, without the user's settings for AWS clients and moto."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))
    }
    return {**others, **NOTHING_OF_THE_USERS, **MOTO, "MOTO_ACCOUNT_ID": account}


def find(folder: Path) -> EmbeddedAws | None:
    """The embedded AWS running in this folder, if any."""
    recorded = _recorded(folder)
    return recorded[0] if recorded else None


def stop(folder: Path) -> bool:
    """Stops the embedded AWS running in this folder; False if none is."""
    recorded = _recorded(folder)
    if recorded is None:
        return False
    _end(recorded[1])
    (folder / RECORD).unlink(missing_ok=True)
    return True


def _recorded(folder: Path) -> tuple[EmbeddedAws, psutil.Process] | None:
    try:
        record = json.loads((folder / RECORD).read_text())
        process = psutil.Process(record["pid"])
        if process.cmdline()[-2:] != [SERVER, record.get("command")]:
            return None  # another process, or a zombie
    except (FileNotFoundError, psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    # Those of earlier versions answer no DNS.
    return EmbeddedAws(record["url"], name_server=record.get("name_server", "")), process


def _wait_for(folder: Path, process: subprocess.Popen[str] | None = None) -> EmbeddedAws:
    """Waits for its record. process: stops waiting if this ends; None for a clone, which is not a
    child of this process."""
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end and (process is None or process.poll() is None):
        aws = find(folder)
        if aws is not None:
            return aws
        time.sleep(0.05)
    last = (folder / LOG).read_text().strip().splitlines()[-10:]
    raise EmbeddedAwsError("\n".join(["the embedded AWS does not start:", *last]))


def _end(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.terminate()
        if not _ends(process):
            process.kill()
            _ends(process)


def _ends(process: psutil.Process) -> bool:
    """Whether it ends in time. A zombie counts as ended: in a container whose init process reaps
    nothing, every ended process stays one."""
    end = time.monotonic() + STOP_TIMEOUT
    while time.monotonic() < end:
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False
