"""checkov, from the pinned package and without network access, over every environment's stacks.

If it is not installed, these tests fail, in CI and elsewhere: `make test` installs it.
"""

import copy
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from environments.loading import FOLDER
from policy.checkov import (
    EXECUTABLE,
    CheckovError,
    CheckovResult,
    Report,
    check_stacks,
    load_skips,
    not_skipped,
    stale,
)
from tests.applications import KINDS
from tests.conftest import EXAMPLE_NAMES, Synthesised
from tests.databases import ENGINES
from tests.policy.checked import (
    DELIVERED,
    EXAMPLE,
    SHIPPED,
    TABLES,
    WITH_ROUTING_CONTROL,
    report_of,
)
from tests.policy.checkov_sabotages import SABOTAGES, CheckovSabotage

REASON = "A reason that is long enough to be taken for one by whoever reads it."
PASSED = {
    "check_id": "CKV_AWS_7",
    "check_name": "Rotation",
    "file_path": "/dr/cdk.tf.json",
    "resource": "resource.key",
}
# Blocks the first DNS query or connection, and records it.
NO_NETWORK = """\
import pathlib, sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        pathlib.Path(__file__).with_name("asked").write_text(f"{event} {arguments}")
        raise OSError("there is no network")

sys.addaudithook(refuse)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SHIPPED, WITH_ROUTING_CONTROL, *KINDS, DELIVERED, TABLES])
def test_no_environment_fails_a_check_that_is_not_skipped(name: str) -> None:
    report = report_of(name)
    assert report.passed
    assert [str(one) for one in not_skipped(report.failed, load_skips())] == []


@pytest.mark.slow
def test_no_database_fails_a_check_that_is_not_skipped() -> None:
    assert [str(one) for one in not_skipped(report_of(*ENGINES).failed, load_skips())] == []


@pytest.mark.slow
def test_every_skip_still_excuses_something() -> None:
    examples = map(EXAMPLE, EXAMPLE_NAMES)
    report = report_of(*examples, TABLES, "release", DELIVERED, *ENGINES)
    assert stale(report.failed, load_skips()) == []


@pytest.mark.slow
def test_every_result_names_a_resource_of_its_stack() -> None:
    """So a skip's pattern includes the resource type, which checkov itself leaves out."""
    report = report_of(EXAMPLE("mission"))
    unknown = {
        str(one)
        for one in report.failed | report.passed
        if one.address.partition(".")[0] in {"resource", "data"} and one.address.count(".") == 1
    }
    assert unknown == set()


@pytest.fixture(scope="module")
def newly_red(
    synthesised_by_name: Callable[[str], Synthesised],
) -> set[tuple[str, str]]:
    """The check and the resource of every failure that appears in the mission once everything is
    broken."""
    mission = synthesised_by_name("mission").stacks.items()
    stacks: dict[str, Any] = {name: copy.deepcopy(stack.json) for name, stack in mission}
    for sabotage in SABOTAGES:
        sabotage.apply(stacks)
    failed = check_stacks(stacks).failed - report_of(EXAMPLE("mission")).failed
    return {(one.check, f"{one.stack}/{one.address}") for one in not_skipped(failed, load_skips())}


@pytest.mark.slow
@pytest.mark.parametrize("one", SABOTAGES, ids=lambda one: one.what.replace(" ", "-"))
def test_a_broken_stack_turns_its_check_red(
    one: CheckovSabotage, newly_red: set[tuple[str, str]]
) -> None:
    assert one.red in newly_red


@pytest.mark.slow
def test_what_is_broken_in_one_region_stays_green_in_the_other(
    newly_red: set[tuple[str, str]],
) -> None:
    other = {"primary": "dr", "dr": "primary"}
    for check, place in (one.red for one in SABOTAGES):
        stack, address = place.split("/")
        if stack in other:
            assert (check, f"{other[stack]}/{address}") not in newly_red


@pytest.mark.slow
def test_checkov_asks_no_network_for_anything(mission: Synthesised, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    guarded = script(
        tmp_path / "checkov", f'PYTHONPATH="{tmp_path}" exec "$WITH" "$@"', WITH=str(EXECUTABLE)
    )
    asked = tmp_path / "asked"
    stack = {"global": mission.stacks["global"].json}
    usual = report_of(EXAMPLE("mission"))
    failed, passed = (
        {one for one in every if one.stack == "global"} for every in (usual.failed, usual.passed)
    )
    assert check_stacks(stack, guarded) == Report(frozenset(failed), frozenset(passed))
    assert not asked.exists(), asked.read_text()
    # The guard itself works: it sees what this Python asks for.
    code = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    python = EXECUTABLE.with_name("python")
    os.spawnve(os.P_WAIT, str(python), [str(python), "-c", code], {"PYTHONPATH": str(tmp_path)})
    assert asked.read_text().startswith("socket.")


def script(file: Path, body: str, **variables: str) -> Path:
    """A script to run instead of checkov."""
    settings = "".join(f"{name}='{value}'\n" for name, value in variables.items())
    file.write_text(f"#!/bin/sh\n{settings}{body}\n")
    file.chmod(0o755)
    return file


def says(tmp_path: Path, report: object, *, then: str = "true") -> Path:
    """A fake checkov that prints a report."""
    (tmp_path / "report.json").write_text(json.dumps(report))
    return script(tmp_path / "checkov", f'cat "{tmp_path}/report.json"\n{then}')


def a_report(*, errors: int = 0, **results: object) -> dict[str, object]:
    return {
        "summary": {"parsing_errors": errors},
        "results": {"passed_checks": [PASSED], **results},
    }


DR = {"dr": {"resource": {"aws_kms_key": {"key": {}}}}}


def test_where_checkov_is_not_installed_the_check_fails_and_says_how_to_install_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(CheckovError, match="make test"):
        check_stacks(DR, tmp_path / "checkov")


@pytest.mark.parametrize(
    ("report", "then", "message"),
    [
        (a_report(errors=1), "true", "does not understand"),
        (a_report(passed_checks=[]), "true", "nothing to check in dr"),
        ({"passed": 0, "failed": 0}, "true", "no report"),
        (a_report(), "exit 2", "ended with 2"),
        (a_report(), "echo a check crashed >&2", "a check crashed"),
    ],
    ids=["not-understood", "nothing-checked", "no-report", "failed", "complained"],
)
def test_a_checkov_that_did_not_check_is_no_success(
    report: object, then: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(CheckovError, match=message):
        check_stacks(DR, says(tmp_path, report, then=then))


def test_a_skip_within_a_stack_counts_for_nothing(tmp_path: Path) -> None:
    """All skips are in checkov.toml, where they are reviewed."""
    report = check_stacks(DR, says(tmp_path, a_report(skipped_checks=[PASSED])))
    assert report.failed == report.passed != frozenset()


def test_no_setting_of_the_user_reaches_checkov(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CKV_SKIP_CHECK", "BC_API_KEY", "PYTHONPATH", "https_proxy"):
        monkeypatch.setenv(name, "of-the-user")
    check_stacks(DR, says(tmp_path, a_report(), then=f'env > "{tmp_path}/environ"'))
    environ = (tmp_path / "environ").read_text()
    assert "of-the-user" not in environ
    assert f"HOME={Path.home()}\n" not in environ


def skips(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "checkov.toml"
    file.write_text(text)
    return file


def a_skip(resources: str, reason: str = REASON) -> str:
    return f'[[skip]]\ncheck = "CKV_AWS_7"\nresources = {resources}\nreason = "{reason}"\n'


FAILED = [
    CheckovResult("CKV_AWS_7", "dr", "aws_kms_key.key", "Rotation"),
    CheckovResult("CKV_AWS_7", "global", "aws_kms_key.key", "Rotation"),
    CheckovResult("CKV_AWS_24", "dr", "aws_security_group.one", "SSH"),
]


def test_a_skip_excuses_its_check_for_its_resources_alone(tmp_path: Path) -> None:
    loaded = load_skips(skips(tmp_path, a_skip('["dr/aws_*"]')))
    assert not_skipped(FAILED, loaded) == [FAILED[2], FAILED[1]]


def test_a_skip_that_excuses_nothing_any_more_is_reported_by_its_pattern(tmp_path: Path) -> None:
    loaded = load_skips(skips(tmp_path, a_skip('["dr/aws_kms_key.key", "primary/*"]')))
    assert stale(FAILED, loaded) == ["CKV_AWS_7 primary/*"]


@pytest.mark.parametrize(
    "text",
    [
        a_skip('["dr/*"]', reason="Noise."),
        a_skip("[]"),
        a_skip('["dr/*"]').replace("CKV_AWS_7", "*"),
        a_skip('["dr/*"]') + "until = 2027\n",
        "[[skip]",
    ],
    ids=["no-reason", "no-resources", "every-check", "unknown-key", "no-toml"],
)
def test_a_skip_that_is_not_complete_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(CheckovError, match=r"checkov\.toml"):
        load_skips(skips(tmp_path, text))


def test_the_pinned_checkov_is_the_one_that_runs() -> None:
    pinned = (FOLDER.parent / "requirements/policy.in").read_text()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    installed = (EXECUTABLE.parent.parent / "lib" / version / "site-packages").glob("checkov-*")
    assert [f"checkov=={folder.stem.partition('-')[2]}" in pinned for folder in installed] == [True]
