"""What the tests of releases share: a good release, and the user data that runs it."""

import subprocess
from typing import Any

from environments import Application
from modules.user_data import Workload, user_data
from tests.modules.release_machine import ReleaseMachine, archive

RUN = (0o755, "#!/bin/sh\nexec python3 server.py\n")
GOOD = archive(run=RUN)
VARIABLES = {
    "GREETING": 'it\'s "$HOME" \\ é',
    "PATH": "/nowhere",
    "FAILOVER_REGION": "us-east-1",
    "FAILOVER_RELEASES_BUCKET": "my-releases",
}


def script(**application: Any) -> str:
    application["kind"] = "release"
    return user_data(Workload(application=Application(**application), variables=VARIABLES))


Finished = subprocess.CompletedProcess[bytes]


def failed(machine: ReleaseMachine, finished: Finished) -> list[str]:
    """What the console says of a boot that failed before anything was started."""
    assert finished.returncode == 1
    assert not any(line.startswith(("systemctl", "curl")) for line in machine.log)
    said = finished.stderr.decode().splitlines()
    return [line for line in said if "no such user" not in line]
