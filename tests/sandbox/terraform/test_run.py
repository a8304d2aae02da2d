"""Terraform's output as progress and errors, and how it ends when interrupted."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox.terraform.run import Progress, Terraform, TerraformError

ENVIRON = {"PATH": "/usr/bin:/bin"}


def script(folder: Path, body: str) -> str:
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def saying(folder: Path, *lines: str, code: int = 0) -> Terraform:
    said = "\n".join(lines)
    return Terraform(script(folder, f"cat <<'END'\n{said}\nEND\nexit {code}"), ENVIRON)


def planned(addr: str, action: str = "create") -> dict[str, Any]:
    return {
        "type": "planned_change",
        "change": {"resource": {"addr": addr}, "action": action},
    }


def hook(kind: str, addr: str, action: str = "create") -> dict[str, Any]:
    return {"type": kind, "hook": {"resource": {"addr": addr}, "action": action}}


def followed(*events: dict[str, Any]) -> Progress:
    progress = Progress()
    for event in events:
        progress.follow(event)
    return progress


def ignored(_: object) -> None:
    pass


def wait_for(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not there():
        assert time.monotonic() < end, "waited for too long"
        time.sleep(0.01)


def test_planned_changes_are_what_remains() -> None:
    progress = followed(planned("a.x"), planned("a.y", "update"))
    assert progress.planned == {"a.x": "create", "a.y": "update"}
    assert progress.remaining == {"a.x", "a.y"}


def test_a_resource_is_under_way_and_then_done() -> None:
    progress = followed(planned("a.x"), planned("a.y"), hook("apply_start", "a.x"))
    assert progress.under_way == {"a.x"}
    progress.follow(hook("apply_complete", "a.x"))
    assert progress.under_way == set()
    assert progress.done == {"a.x"}
    assert progress.remaining == {"a.y"}


def test_a_look_up_that_was_not_planned_is_not_counted() -> None:
    progress = followed(
        planned("a.x"), hook("apply_start", "data.b.z"), hook("apply_complete", "data.b.z")
    )
    assert progress.done == set()
    assert progress.under_way == set()


def test_what_failed_is_neither_under_way_nor_done() -> None:
    progress = followed(planned("a.x"), hook("apply_start", "a.x"), hook("apply_errored", "a.x"))
    assert progress.under_way == set()
    assert progress.remaining == {"a.x"}


def test_other_events_change_nothing() -> None:
    progress = followed(
        {}, {"type": "version"}, {"type": "apply_start"}, {"type": "planned_change"}
    )
    assert progress == Progress()


def test_init_runs_in_the_stacks_folder_and_adds_to_the_log(tmp_path: Path) -> None:
    stack, log = tmp_path / "stack", tmp_path / "log"
    stack.mkdir()
    log.write_text("before\n")
    terraform = Terraform(
        script(tmp_path, 'pwd; echo "$@"; echo "$WORD"; echo wrong >&2'),
        {**ENVIRON, "WORD": "environ"},
    )
    terraform.init(stack, log)
    assert log.read_text().splitlines() == [
        "before",
        str(stack),
        "init -input=false -no-color -reconfigure",
        "environ",
        "wrong",
    ]


def test_one_run_may_have_variables_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    terraform = Terraform(script(tmp_path, 'echo "$WORD"'), {**ENVIRON, "WORD": "environ"})
    terraform.init(tmp_path, log, {"WORD": "own"})
    terraform.apply(tmp_path, log, ignored, {"WORD": "another"})
    terraform.init(tmp_path, log)
    assert log.read_text().splitlines() == ["own", "another", "environ"]


def test_a_failed_init_is_told_in_terraforms_words(tmp_path: Path) -> None:
    terraform = saying(tmp_path, "", "Error: no bucket", "it is not there", code=1)
    with pytest.raises(TerraformError, match=r"^Error: no bucket\nit is not there$"):
        terraform.init(tmp_path, tmp_path / "log")


@pytest.mark.parametrize(
    "sign", ["Failed to query available provider packages", "Failed to install provider"]
)
def test_without_the_provider_the_message_names_the_mirror(tmp_path: Path, sign: str) -> None:
    terraform = saying(tmp_path, f"Error: {sign}", "no such host", code=1)
    with pytest.raises(TerraformError) as error:
        terraform.init(tmp_path, tmp_path / "log")
    said = str(error.value)
    assert "set FAILOVER_PLUGIN_MIRROR to a folder that holds registry.terraform.io" in said
    assert said.endswith(f"Error: {sign}\nno such host")


def test_apply_hands_each_event_on(tmp_path: Path) -> None:
    events = [planned("a.x"), hook("apply_complete", "a.x")]
    observed: list[Any] = []
    terraform = saying(tmp_path, *map(json.dumps, events))
    terraform.apply(tmp_path, tmp_path / "log", observed.append)
    assert observed == events
    assert (tmp_path / "log").read_text() == "".join(f"{json.dumps(event)}\n" for event in events)


def test_lines_that_are_no_events_do_no_harm(tmp_path: Path) -> None:
    observed: list[Any] = []
    saying(tmp_path, "Warning!", "[1]").apply(tmp_path, tmp_path / "log", observed.append)
    assert observed == [{}, {}]


def test_a_failed_apply_is_told_by_its_diagnostics(tmp_path: Path) -> None:
    events = [
        {"@level": "info", "@message": "a.x: Creating..."},
        {
            "@level": "error",
            "@message": "Error: no",
            "diagnostic": {"address": "a.x", "detail": "because\n"},
        },
        {"@level": "warn", "@message": "Warning: old", "diagnostic": {"detail": "deprecated"}},
        {"@level": "error", "@message": "Error: lock", "diagnostic": {"detail": ""}},
    ]
    terraform = saying(tmp_path, *map(json.dumps, events), code=1)
    with pytest.raises(TerraformError) as error:
        terraform.apply(tmp_path, tmp_path / "log", ignored)
    assert str(error.value) == "Error: no (a.x)\nbecause\nError: lock"


def test_an_apply_that_breaks_down_is_told_by_its_last_lines(tmp_path: Path) -> None:
    terraform = saying(tmp_path, *(f"line {number}" for number in range(20)), code=1)
    with pytest.raises(TerraformError) as error:
        terraform.apply(tmp_path, tmp_path / "log", ignored)
    assert str(error.value).splitlines() == [f"line {number}" for number in range(10, 20)]


def test_an_interrupt_lets_terraform_save_its_state_and_starts_no_other(tmp_path: Path) -> None:
    ready, saved, log = tmp_path / "ready", tmp_path / "saved", tmp_path / "log"
    body = (
        f"trap 'echo state > {saved}; exit 1' INT\ntouch {ready}\n"
        "i=0; while [ $i -lt 500 ]; do sleep 0.02; i=$((i+1)); done"
    )
    terraform = Terraform(script(tmp_path, body), ENVIRON)
    with ThreadPoolExecutor() as pool:
        apply = pool.submit(terraform.apply, tmp_path, log, ignored)
        wait_for(ready.exists)
        terraform.interrupt()
        assert saved.read_text() == "state\n"
        assert isinstance(apply.exception(), TerraformError)
    ready.unlink()
    with pytest.raises(TerraformError, match=r"^interrupted$"):
        terraform.init(tmp_path, log)
    assert not ready.exists()


def test_a_terraform_that_ignores_an_interrupt_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.terraform.run.INTERRUPT_TIMEOUT", 0.1)
    ready = tmp_path / "ready"
    terraform = Terraform(script(tmp_path, f"trap '' INT\ntouch {ready}\nexec sleep 10"), ENVIRON)
    began = time.monotonic()
    with ThreadPoolExecutor() as pool:
        init = pool.submit(terraform.init, tmp_path, tmp_path / "log")
        wait_for(ready.exists)
        terraform.interrupt()
        assert isinstance(init.exception(), TerraformError)
    assert time.monotonic() - began < 5


def test_a_replaced_resource_is_done_when_its_successor_is_there() -> None:
    resource = {"resource": {"addr": "aws_lb.a"}, "action": "replace"}
    planned = {"type": "planned_change", "change": resource}
    deleted = followed(planned, hook("apply_complete", "aws_lb.a", "delete"))
    assert deleted.remaining == {"aws_lb.a"}
    deleted.follow(hook("apply_complete", "aws_lb.a"))
    assert deleted.remaining == set()
