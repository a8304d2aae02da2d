"""systemd's unit of a release."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from emitted.user_data import printed
from environments import Application
from modules.user_data import UNIT_FILE, Workload, user_data

VERIFIER = shutil.which("systemd-analyze")
UNIT = printed(user_data(Workload(application=Application(kind="release"))))[UNIT_FILE].text


def values(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def test_it_runs_the_release_as_a_user_without_rights() -> None:
    assert values("User") == ["application"]
    assert values("ExecStart") == ["/opt/application/release/run"]
    assert values("WorkingDirectory") == ["/opt/application/release"]
    assert values("NoNewPrivileges") == ["yes"]
    capabilities = values("AmbientCapabilities") + values("CapabilityBoundingSet")
    assert capabilities == ["CAP_NET_BIND_SERVICE"] * 2


def test_it_writes_only_to_folders_of_its_own() -> None:
    assert values("ProtectSystem") == ["strict"]
    assert values("ProtectHome") == values("PrivateTmp") == ["yes"]
    assert values("StateDirectory") == ["application"]


def test_our_variables_are_read_last() -> None:
    assert values("EnvironmentFile") == ["/etc/failover/environment", "/etc/failover/release"]


def test_it_is_restarted_for_ever_and_after_a_reboot() -> None:
    assert values("Restart") == ["always"]
    assert values("StartLimitIntervalSec") == ["0"]
    assert values("WantedBy") == ["multi-user.target"]


@pytest.mark.skipif(VERIFIER is None, reason="systemd is not installed")
def test_systemd_finds_no_fault_in_it(tmp_path: Path) -> None:
    """Neither unknown keys nor keys in a wrong section."""
    run = tmp_path / "run"
    run.write_text("#!/bin/sh\n")
    run.chmod(0o755)
    unit = tmp_path / "application.service"
    unit.write_text(UNIT.replace("/opt/application/release/run", str(run)))
    checked = subprocess.run(
        [str(VERIFIER), "verify", "--man=no", "--recursive-errors=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    unit.write_text(UNIT.replace("Restart=always", "Restarts=always"))
    checked = subprocess.run(
        [str(VERIFIER), "verify", "--man=no", "--recursive-errors=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Restarts" in checked.stderr
