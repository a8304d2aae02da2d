"""A global database, as the real provider deployed it: its region lost in the middle, the standby's
promoted, brought back and switched over. After each step, every plan that can be made is clean."""

from collections.abc import Iterator

import pytest

from tests.command_line import failover
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

QUICKLY = ("--every", "0.1")


@pytest.fixture
def with_database(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    for name, value in deployed.aws.variables.items():
        monkeypatch.setenv(name, value)
    return deployed


def data(deployed: Deployed, *arguments: str, code: int = 0) -> str:
    """What `failover data` prints."""
    done = failover("data", *arguments, "-e", str(deployed.file), env=deployed.aws.variables)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr
