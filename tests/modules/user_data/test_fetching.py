"""How an instance fetches its release, and what it says where it cannot, by the real bash."""

import json
from typing import Any

import pytest

from modules.user_data.release import ATTEMPTS, FETCH_TIMEOUT
from tests.environment_file import variables_of
from tests.modules.release_machine import DENIED, ReleaseMachine, archive
from tests.modules.user_data.releases import GOOD, RUN, VARIABLES, failed, script

FETCHES = ["aws us-east-1 my-releases current"]
STARTS = [
    "systemctl daemon-reload",
    "systemctl enable application",
    "systemctl restart application",
    "curl http://localhost:80/",
]


def test_a_good_release_is_unpacked_and_started(machine: ReleaseMachine) -> None:
    digest = machine.deliver(archive(run=RUN, **{"lib/data.txt": (0o644, "x")}))
    finished = machine.boot(script())
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.decode().splitlines()[-1] == "the release serves"
    assert machine.log == [
        "dnf --assumeyes install awscli-2 tar",
        f"useradd --system --home-dir {machine.root}/application --shell /sbin/nologin application",
        *FETCHES,
        f"aws us-east-1 my-releases releases/{digest}.tar.gz",
        *STARTS,
    ]
    assert (machine.release / "run").read_text() == RUN[1]
    assert (machine.release / "lib" / "data.txt").read_text() == "x"
    assert not (machine.root / "application" / "archive").exists()
    told = (machine.root / "failover" / "release").read_text()
    assert variables_of(told) == {"FAILOVER_RELEASE": digest}


def test_the_current_one_may_say_more_of_itself(machine: ReleaseMachine) -> None:
    """Who made it current and when, and whatever is added one day."""
    machine.deliver(GOOD, previous=None, by='arn:aws:iam::1:user/"x"', why="\u2603 $(touch pwned)")
    assert machine.boot(script()).returncode == 0
    assert not list(machine.root.rglob("pwned"))


def test_a_user_who_is_there_is_not_added_again(machine: ReleaseMachine) -> None:
    (machine.root / "user-application").touch()
    machine.deliver(GOOD)
    assert machine.boot(script()).returncode == 0
    assert not any(line.startswith("useradd") for line in machine.log)


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o711, 0o100])
def test_anybody_may_execute_what_its_owner_may(machine: ReleaseMachine, mode: int) -> None:
    """The archive is unpacked by root, and run by another user."""
    machine.deliver(archive(run=(mode, RUN[1]), secret=(0o600, "x"), **{"lib/x": (0o400, "y")}))
    assert machine.boot(script()).returncode == 0
    for name, needed in (("run", 0o555), ("secret", 0o444), ("lib", 0o555), ("lib/x", 0o444)):
        assert (machine.release / name).stat().st_mode & 0o777 & needed == needed, name
    assert (machine.release / "secret").stat().st_mode & 0o111 == 0
    assert machine.release.stat().st_mode & 0o555 == 0o555


def test_its_install_runs_first_and_with_every_variable(machine: ReleaseMachine) -> None:
    install = f"#!/bin/sh\npwd > {machine.root}/where\nexec /usr/bin/env -0 > {machine.root}/seen\n"
    digest = machine.deliver(archive(run=RUN, install=(0o755, install)))
    assert machine.boot(script()).returncode == 0
    seen = (machine.root / "seen").read_text().split("\0")
    assert {f"{key}={value}" for key, value in VARIABLES.items()} <= set(seen)
    assert f"FAILOVER_RELEASE={digest}" in seen
    assert (machine.root / "where").read_text() == f"{machine.release}\n"


def test_it_waits_for_a_first_release(machine: ReleaseMachine) -> None:
    machine.deliver(GOOD)
    machine.fail("current", times=40)
    finished = machine.boot(script())
    assert finished.returncode == 0
    assert machine.log.count("sleep 10") == 40
    said = finished.stderr.decode().splitlines()
    assert said.count("no release yet: a passing fault") == 40


def test_what_s3_says_is_on_the_console(machine: ReleaseMachine) -> None:
    """Where no release was ever delivered: S3 denies what is not there to who may not list."""
    waiting = script().replace("sleep 10\ndone\ndigest", "exit 7\ndone\ndigest")
    finished = machine.boot(waiting)
    assert finished.returncode == 7
    assert finished.stderr.decode().splitlines()[-1] == f"no release yet: {DENIED}"


def test_a_request_that_hangs_is_ended(machine: ReleaseMachine) -> None:
    machine.deliver(GOOD)
    machine.hang("current")
    waiting = script().replace("sleep 10\ndone\ndigest", "exit 7\ndone\ndigest")
    limit = f"timeout --kill-after=5 {FETCH_TIMEOUT} aws"
    assert waiting.count(limit) == 1
    finished = machine.boot(waiting.replace(limit, "timeout 1 aws"))
    assert finished.stderr.decode().splitlines()[-1] == "no release yet: no answer"


def test_an_archive_is_asked_for_again(machine: ReleaseMachine) -> None:
    digest = machine.deliver(GOOD)
    machine.fail(f"releases/{digest}.tar.gz", times=ATTEMPTS - 1)
    assert machine.boot(script()).returncode == 0
    assert machine.log.count("sleep 5") == ATTEMPTS - 1


def test_an_archive_that_is_not_there_is_named(machine: ReleaseMachine) -> None:
    digest = machine.deliver(GOOD)
    (machine.root / "s3" / f"releases_{digest}.tar.gz").unlink()
    assert failed(machine, machine.boot(script())) == [f"release {digest}: {DENIED}"]
    assert len([line for line in machine.log if line.endswith(".tar.gz")]) == ATTEMPTS


def test_another_archive_is_refused_and_not_unpacked(machine: ReleaseMachine) -> None:
    digest = machine.deliver(GOOD, digest="0" * 64)
    assert failed(machine, machine.boot(script())) == [
        f"release {digest}: the archive has another SHA-256"
    ]
    assert not machine.release.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", GOOD[:-20], GOOD[: len(GOOD) // 2], GOOD[:40] + b"\0" * 8 + GOOD[48:]],
    ids=["empty", "text", "without-its-end", "half", "changed"],
)
def test_a_damaged_archive_is_refused(machine: ReleaseMachine, content: bytes) -> None:
    digest = machine.deliver(content)
    assert failed(machine, machine.boot(script()))[-1] == f"release {digest}: damaged archive"


@pytest.mark.parametrize(
    "current",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"' + b"0" * 64 + b'"',
        b"\xff\xfe",
        b"{}",
        *(
            json.dumps({"release": value}).encode()
            for value in (None, 1, [], "", "A" * 64, "0" * 63, "0" * 65, "../x", "0" * 64 + "\n1")
        ),
        json.dumps({"release": "$(touch pwned)"}).encode(),
    ],
    ids=repr,
)
def test_a_current_object_that_names_no_release_is_refused(
    machine: ReleaseMachine, current: bytes
) -> None:
    machine.put("current", current)
    said = failed(machine, machine.boot(script()))
    assert said[-1].endswith(": current names none")
    assert not list(machine.root.rglob("pwned"))
    assert not any(line.endswith(".tar.gz") for line in machine.log)


@pytest.mark.parametrize(
    "files",
    [{"server": RUN}, {"run": (0o644, "#!/bin/sh\n")}, {"app/run": RUN}],
    ids=["none", "not-executable", "elsewhere"],
)
def test_a_release_without_run_is_refused(machine: ReleaseMachine, files: dict[str, Any]) -> None:
    digest = machine.deliver(archive(**files))
    assert failed(machine, machine.boot(script())) == [
        f"release {digest}: it has no executable run"
    ]
