"""The drill with the ledger, delivered and run as a release, whose users write to real servers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from tests.ledger_archive import pack_ledger
from tests.sandbox.local.deployed.drilling import FEW_USERS, assert_as_before, drill
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

# Three deliveries alone take half an hour by the drill's clock, which waits for a busy machine.
SECONDS = 2400


@pytest.mark.long
def test_the_drill_of_a_release_holds(
    with_releases: Deployed, tmp_path: Path, report: Callable[[str], None]
) -> None:
    archive = tmp_path / "ledger.tar.gz"
    pack_ledger(tmp_path / "ledger", archive)
    asked = ("--release", str(archive), *FEW_USERS)
    finished = drill(with_releases, tmp_path, *asked, seconds=SECONDS)
    report(f"drill of a release:\n{finished.stdout}")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert evidence["holds"]
    names = [one["name"] for one in evidence["scenarios"]]
    assert names[:6] == ["calm", "release", "instance", "standby lost", "standby back", "partition"]
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
    data, promised = evidence["data"], evidence["promise"]["data"]
    assert max(data["seconds_lost"]) <= promised["lag"]
    assert data["seconds_of_two_writers"] == data["duplicates"] == data["resurrected"] == 0
    assert [one["planned"] for one in data["moves"]][:4] == [False, True, False, True]
    assert by_name["promoted"]["data"]["writes_return_after"] <= promised["write_recovery"]
    assert evidence["promise"]["live"]
    back = by_name["region back"]["data"]["primary"]
    assert (back["health"], back["healthy"], back["replaced"]) == ("unhealthy", 3, 0)
    assert_as_before(with_releases)


@pytest.mark.exhaustive
def test_the_second_plan_of_every_stack_has_no_changes(with_releases: Deployed) -> None:
    """With its web ACLs; test_database.py plans the rest a second time."""
    assert with_releases.plan_exit_codes() == dict.fromkeys(STACK_NAMES, 0)
