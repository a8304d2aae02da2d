"""The examples, deployed once for all workers by `failover local up`, as a user runs it.

`python -m tests.sandbox.local.deployed.deploying NAME FOLDER` deploys one, while tests of other
things run. Whoever needs it waits, and takes a clone.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from sandbox import embedded_aws
from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT, failover_local, lighter_local
from tests.synthesis import EXAMPLES

# These are deployed with the permissions that docs/permissions has, and nothing more.
AS_DEPLOYERS = {
    "mission": ("--permissions", str(ROOT / "docs" / "permissions")),
    "releases": ("--permissions", str(ROOT / "docs" / "permissions" / "releases")),
}
# Its web ACLs are the mission's, as test_system.py says.
LIGHTER = "staging"
FOLDER = "deployed"
STARTED, OVER = "started", "over.json"
INTERRUPT_TIMEOUT = 90
# Those that this worker started, which end by themselves.
_running: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Over:
    """An `up` that has ended."""

    code: int
    printed: str
    seconds: float


def workspace(shared: Path, name: str) -> Path:
    """Where an example is deployed to. shared: a folder of all workers."""
    return shared / FOLDER / name / "local"


def start(shared: Path, names: Iterable[str]) -> None:
    """Begins to deploy them, unless another worker has."""
    for name in names:
        folder = shared / FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        try:
            (folder / STARTED).touch(exist_ok=False)
        except FileExistsError:
            continue
        process = subprocess.Popen([sys.executable, "-m", __name__, name, str(folder)], cwd=ROOT)
        (folder / STARTED).write_text(str(process.pid))
        _running.append(process)


def wait_for(shared: Path, name: str) -> Over:
    """An example's `up`, once it has ended; fails where it did not succeed."""
    start(shared, [name])
    file = shared / FOLDER / name / OVER
    end = time.monotonic() + TIMEOUT
    while not file.exists():
        assert time.monotonic() < end, f"{name} is not deployed in time"
        time.sleep(0.2)
    over = Over(**json.loads(file.read_text()))
    assert over.code == 0, over.printed
    return over


def stop(shared: Path) -> None:
    """Stops what was deployed, or is being deployed, at the end of all tests."""
    for folder in (shared / FOLDER).glob("*"):
        if (folder / STARTED).exists() and not (folder / OVER).exists():
            _interrupt(int((folder / STARTED).read_text()), folder / OVER)
        embedded_aws.stop(workspace(shared, folder.name))


def _interrupt(pid: int, over: Path) -> None:
    """Ends an `up`, which ends its Terraform and its AWS."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children():
            child.terminate()
    end = time.monotonic() + INTERRUPT_TIMEOUT
    while not over.exists() and psutil.pid_exists(pid) and time.monotonic() < end:
        time.sleep(0.1)


def up(name: str, folder: Path) -> Over:
    """Runs `failover local up`."""
    file = EXAMPLES / f"{name}.toml"
    local = lighter_local if name == LIGHTER else failover_local
    began = time.monotonic()
    finished = subprocess.run(
        local("up", "-e", str(file), *AS_DEPLOYERS.get(name, ()), folder=folder / "local"),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "ENVIRONMENT"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Over(finished.returncode, finished.stdout, time.monotonic() - began)


def main(name: str, folder: Path) -> None:
    over = up(name, folder)
    unfinished = folder / "unfinished"
    unfinished.write_text(json.dumps(asdict(over)))
    unfinished.replace(folder / OVER)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
