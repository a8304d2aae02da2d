"""A throw-away copy is destroyed whatever happens, or what is left is named; with a Terraform that
only records."""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from rich.console import Console

from proof.drill.live.ephemeral import run as module
from proof.drill.live.ephemeral.run import EphemeralSettings, end, run
from proof.drill.live.ephemeral.terraforming import LOCK_FILE
from sandbox.terraform import TerraformError
from terminal.errors import OperationError
from tests.synthesis import EXAMPLES

NAME = "thursday"
STACKS = ["bootstrap", "primary", "dr", "global"]


@dataclass
class Recording:
    """What Terraform did. breaks: what it cannot do, such as "destroy dr"."""

    breaks: set[str] = field(default_factory=set[str])
    done: list[str] = field(default_factory=list[str])

    def init(self, folder: Path, _log: Path, _variables: Mapping[str, str]) -> None:
        if f"init {folder.name}" in self.breaks:
            raise TerraformError("no such bucket")
        (folder / LOCK_FILE).touch()

    def apply(
        self,
        folder: Path,
        _log: Path,
        _observe: Callable[..., None],
        _variables: Mapping[str, str],
        *,
        destroy: bool,
    ) -> None:
        doing = f"{'destroy' if destroy else 'apply'} {folder.name}"
        if doing in self.breaks:
            raise TerraformError(f"cannot {doing}")
        self.done.append(doing)

    def interrupt(self) -> None: ...


@dataclass
class Copying:
    """The command, in a folder of its own."""

    settings: EphemeralSettings
    terraform: Recording
    told: StringIO = field(default_factory=StringIO)
    drilled: list[str] = field(default_factory=list[str])
    fails: BaseException | None = None
    lacks: str = ""

    def check(self, environment: Any, _console: Console) -> None:
        assert environment.name == NAME
        if self.lacks:
            raise OperationError(self.lacks)

    def deliver(self, archive: Path, environment: Any, _console: Console) -> None:
        assert environment.name == NAME
        self.terraform.done.append(f"deliver {archive.name}")

    def drill(self, environment: Any) -> None:
        self.drilled.append(environment.dns.domain)
        if self.fails is not None:
            raise self.fails

    def run(self, typed: str = f"123456789012 {NAME}.www.staging.example.com") -> None:
        run(
            self.settings,
            Console(file=self.told, width=1000),
            confirm=lambda _: typed,
            drill=self.drill,
            check=self.check,
            deliver=self.deliver,
            connect=lambda *_: Mock(get_caller_identity=lambda: {"Account": "123456789012"}),
            environ={},
        )

    def end(self) -> None:
        end(self.settings, Console(file=self.told, width=1000), environ={})

    @property
    def folder(self) -> Path:
        return self.settings.folder / NAME


@pytest.fixture
def copying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copying:
    def emit(_environment: object, outdir: Path) -> None:
        for stack in STACKS:
            folder = outdir / "stacks" / stack
            folder.mkdir(parents=True)
            (folder / "cdk.tf.json").write_text(json.dumps({"resource": {}}))

    terraform = Recording()
    monkeypatch.setattr(module, "emit", emit)
    monkeypatch.setattr(module, "usd_an_hour", lambda _: 0.6)
    monkeypatch.setattr(module, "find_terraform", Mock())
    monkeypatch.setattr(module, "Terraform", lambda *_: terraform)
    settings = EphemeralSettings(
        str(EXAMPLES / "staging.toml"), NAME, tmp_path / "drill", tmp_path / "ephemeral"
    )
    return Copying(settings, terraform)


def destroyed(copying: Copying) -> list[str]:
    return [one for one in copying.terraform.done if one.startswith("destroy")]


def test_it_is_deployed_drilled_destroyed_and_costs_something(copying: Copying) -> None:
    copying.run()
    done = copying.terraform.done
    assert copying.drilled == [f"{NAME}.www.staging.example.com"]
    assert done[0] == "apply bootstrap"
    assert done[3:5] == ["apply global", "destroy global"]
    assert done[-1] == "destroy bootstrap"
    assert len(done) == 2 * len(STACKS)
    assert not copying.folder.exists()
    assert "at 0.60 USD an hour: about 0.00 USD" in copying.told.getvalue()


def test_without_approval_nothing_is_done(copying: Copying) -> None:
    with pytest.raises(OperationError, match="nothing was done"):
        copying.run("yes")
    assert copying.terraform.done == []
    assert not copying.folder.exists()


def test_an_account_without_room_gets_no_copy(copying: Copying) -> None:
    copying.lacks = "not ready: 1 missing"
    with pytest.raises(OperationError, match="not ready: 1 missing"):
        copying.run()
    assert copying.terraform.done == []
    assert not copying.folder.exists()


def test_it_gets_the_release_before_it_is_drilled(
    copying: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Path("release.tar.gz")
    monkeypatch.setattr(module, "current_release", lambda *_: nullcontext(archive))
    copying.run()
    done = copying.terraform.done
    assert done[3:6] == ["deliver release.tar.gz", "apply global", "destroy global"]


@pytest.mark.parametrize("fails", [OperationError("users stayed"), KeyboardInterrupt()])
def test_it_is_destroyed_however_the_drill_ends(copying: Copying, fails: BaseException) -> None:
    copying.fails = fails
    with pytest.raises(type(fails)):
        copying.run()
    assert len(destroyed(copying)) == len(STACKS)
    assert not copying.folder.exists()


def test_what_is_half_deployed_is_destroyed_and_not_drilled(copying: Copying) -> None:
    copying.terraform.breaks = {"apply dr"}
    with pytest.raises(OperationError, match="cannot apply dr"):
        copying.run()
    assert copying.drilled == []
    assert sorted(destroyed(copying)) == ["destroy bootstrap", "destroy dr", "destroy primary"]
    assert not copying.folder.exists()


def test_a_stack_that_never_found_its_state_is_not_waited_for(copying: Copying) -> None:
    copying.terraform.breaks = {"init primary", "init dr"}
    with pytest.raises(OperationError, match="no such bucket"):
        copying.run()
    assert destroyed(copying) == ["destroy bootstrap"]


def test_what_is_left_is_named_and_destroyed_by_the_next_run(copying: Copying) -> None:
    copying.terraform.breaks = {"destroy dr"}
    copying.fails = OperationError("users stayed")
    with pytest.raises(OperationError) as caught:
        copying.run()
    told = str(caught.value)
    assert "cannot destroy dr" in told
    assert "still costing money: bootstrap, dr, of which" in told
    assert f"failover drill --live --ephemeral {NAME} --end" in told
    assert "Before that: users stayed" in told
    with pytest.raises(OperationError, match="what an earlier drill deployed"):
        copying.run()
    copying.terraform.breaks = set()
    copying.end()
    assert destroyed(copying)[-2:] == ["destroy dr", "destroy bootstrap"]
    assert not copying.folder.exists()


@pytest.mark.parametrize("name", ["../elsewhere", "", ".", "/tmp"])
def test_no_other_folder_is_removed(copying: Copying, name: str) -> None:
    copying.settings = replace(copying.settings, name=name)
    with pytest.raises(OperationError, match="is no name"):
        copying.end()


def test_what_was_only_emitted_is_forgotten(copying: Copying) -> None:
    copying.folder.mkdir(parents=True)
    copying.end()
    assert not copying.folder.exists()


def test_an_interrupted_end_says_what_is_left(
    copying: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying.terraform.breaks = {"destroy dr"}
    with pytest.raises(OperationError):
        copying.run()
    interrupted = Mock(side_effect=KeyboardInterrupt)
    monkeypatch.setattr("proof.drill.live.ephemeral.terraforming.carry_out", interrupted)
    with pytest.raises(OperationError, match=r"^interrupted\nNot destroyed.* bootstrap, dr, of"):
        copying.end()


def test_nothing_to_end_is_said(copying: Copying) -> None:
    with pytest.raises(OperationError, match=f"nothing is left of {NAME}"):
        copying.end()
