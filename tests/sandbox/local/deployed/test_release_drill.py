"""The drill with the example application, delivered and run as a release."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from releases import pack
from tests.command_line import ROOT
from tests.sandbox.local.deployed.drilling import assert_as_before, drill
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow


@pytest.mark.long
def test_the_drill_of_a_release_holds(
    with_releases: Deployed, tmp_path: Path, report: Callable[[str], None]
) -> None:
    archive = tmp_path / "application.tar.gz"
    pack(ROOT / "examples" / "application", archive)
    finished = drill(with_releases, tmp_path, "--release", str(archive))
    report(f"drill of a release:\n{finished.stdout}")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert evidence["holds"]
    names = [one["name"] for one in evidence["scenarios"]]
    assert names[:3] == ["calm", "release", "instance"]
    first = names.index("release begins")
    assert names[first : first + 5] == [
        "release begins",
        "release lost",
        "release again",
        "failback after release",
        "zone",
    ]
    assert evidence["settings"]["release"] == str(archive)
    assert evidence["versions"]["web_server"].startswith("release ")
    by_name = {one["name"]: one for one in evidence["scenarios"]}
    assert by_name["release"]["failed"] == {}
    assert by_name["release lost"]["delivered"]["lost"] == ["primary"]
    bound = evidence["promise"]["with_the_users_timeout"]
    assert by_name["release lost"]["everybody_on_the_standby"] <= bound
    assert_as_before(with_releases)


def test_the_second_plan_of_every_stack_has_no_changes(with_releases: Deployed) -> None:
    assert with_releases.plan_exit_codes() == dict.fromkeys(STACK_NAMES, 0)
