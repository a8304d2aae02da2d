"""When a synth would write what is there already: never once an input or an output has changed."""

import os
import shutil
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unchanged
from emitted import output_files, stack_file
from environments import STACKS
from report import Report

ROOT = Path(__file__).parent.parent
REPORT = Report([["dr", "us-east-1"]], ["a line"], ["a warning"])
ENVIRON = {"ENVIRONMENT": "staging", "CDKTF_OUTDIR": "cdktf.out", "HOME": "/root"}
# A few packages, so that an example takes milliseconds.
PARTS = ("bindings", "environments", "functions", "stacks", "requirements")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with sources, an output folder and a user's environment file. The record is of
    these."""
    folder = tmp_path_factory.mktemp("place")
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, folder / "root" / part, ignore=ignored)
    shutil.copy(ROOT / "main.py", folder / "root")
    (folder / "mine.toml").write_text('name = "mine"\n')
    for name in ("primary", "dr"):
        file = stack_file(folder / "out", name)
        (file.parent / "assets/code").mkdir(parents=True)
        (file.parent / "assets/code/functions.zip").write_bytes(b"PK\x03\x04")
        file.write_text("{}")
    (folder / "out/manifest.json").write_text("{}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unchanged, "ROOT", folder / "root")
        read = unchanged.inputs(ENVIRON)
        assert read is not None
        unchanged.remember(folder / "out", read, output_files(folder / "out"), REPORT)
        yield folder


def answer(place: Path, environ: Mapping[str, str] = ENVIRON) -> Report | None:
    return unchanged.unchanged(place / "out", unchanged.inputs(environ))


def files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _append(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes() or b" ")
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _replace_by_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _move(file: Path) -> None:
    file.rename(file.with_name("moved.py"))


NEW = ["new.py", "new.json", "new/__init__.py", "tests/new.py"]
CHANGES = [_append, _flip, _replace_by_folder, _move, Path.unlink]


@contextmanager
def changed(file: Path, change: Callable[[Path], None]) -> Iterator[None]:
    content, status = file.read_bytes(), file.stat()
    change(file)
    if file.is_file():  # whatever the clock says
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    try:
        yield
    finally:
        file.with_name("moved.py").unlink(missing_ok=True)
        if file.is_dir():
            file.rmdir()
        file.write_bytes(content)


@given(data=st.data(), change=st.sampled_from(CHANGES))
@settings(max_examples=60)
def test_any_changed_source_means_a_new_synth(
    place: Path, data: st.DataObject, change: Callable[[Path], None]
) -> None:
    with changed(data.draw(st.sampled_from(files_in(place / "root"))), change):
        assert answer(place) is None
    assert answer(place) == REPORT


@given(data=st.data(), name=st.sampled_from(NEW))
@settings(max_examples=20)
def test_a_new_source_means_a_new_synth(place: Path, data: st.DataObject, name: str) -> None:
    """It may be imported in another's place, or packed for Lambda."""
    folders = sorted({file.parent for file in files_in(place / "root")})
    folder = data.draw(st.sampled_from(folders))
    file = folder / name
    if folder == place / "root" and name in {"new.json", "tests/new.py"}:
        return
    file.parent.mkdir(exist_ok=True)
    file.touch()
    try:
        assert answer(place) is None
    finally:
        file.unlink()
        if file.parent != folder:
            file.parent.rmdir()
    assert answer(place) == REPORT


@given(data=st.data(), change=st.sampled_from(CHANGES))
@settings(max_examples=40)
def test_any_changed_output_means_a_new_synth(
    place: Path, data: st.DataObject, change: Callable[[Path], None]
) -> None:
    """The record itself is one."""
    with changed(data.draw(st.sampled_from(files_in(place / "out"))), change):
        assert answer(place) is None
    assert answer(place) == REPORT


def test_a_stack_of_another_environment_means_a_new_synth(place: Path) -> None:
    """A new synth removes it."""
    for name in set(STACKS) - {"primary", "dr"}:
        file = stack_file(place / "out", name)
        file.parent.mkdir()
        file.touch()
        assert answer(place) is None
        shutil.rmtree(file.parent)
    assert answer(place) == REPORT


@pytest.mark.parametrize(
    "variable",
    [
        "ENVIRONMENT",
        "CDKTF_CONTEXT_JSON",
        "CDKTF_TARGET_STACK_ID",
        "CDKTN_DISABLE_CREATION_STACK",
        "JSII_NODE",
        "NODE_OPTIONS",
        "SYNTH_HCL_OUTPUT",
        "TERRAFORM_BINARY_NAME",
        "TOOLCHAIN",
    ],
)
def test_a_variable_that_synth_reads_means_a_new_synth(place: Path, variable: str) -> None:
    assert answer(place, {**ENVIRON, variable: "another"}) is None


def test_other_variables_do_not_matter(place: Path) -> None:
    """The output folder's name is in no output, and a terminal's width in no record."""
    others = {"CDKTF_OUTDIR": str(place / "out"), "COLUMNS": "80", "HOME": "/home/ana"}
    assert answer(place, {**ENVIRON, **others}) == REPORT


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONPATH": "/mine"},
        {"NODE_PATH": "/mine"},
        {"JSII_RUNTIME": "/mine.js"},
        {"NODE_OPTIONS": "--no-warnings --require=/mine.cjs"},
        {"NODE_OPTIONS": "-r /mine.cjs"},
        {"NODE_OPTIONS": "--import /mine.mjs"},
        {"NODE_OPTIONS": "--experimental-loader /mine.mjs"},
    ],
)
def test_code_from_elsewhere_means_a_new_synth_each_time(variables: dict[str, str]) -> None:
    assert unchanged.inputs({**ENVIRON, **variables}) is None


def test_a_users_environment_file_is_an_input(place: Path) -> None:
    file = place / "mine.toml"
    environ = {**ENVIRON, "ENVIRONMENT": str(file)}
    before = unchanged.inputs(environ)
    for change in CHANGES:
        with changed(file, change):
            assert unchanged.inputs(environ) != before
    assert unchanged.inputs(environ) == before


def test_a_pipe_or_a_huge_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for file in (str(tmp_path / "pipe.toml"), "/dev/zero"):
        assert unchanged.inputs({"ENVIRONMENT": file}) is not None
    with (tmp_path / "large.toml").open("wb") as large:
        large.truncate(unchanged.MAX_BYTES + 1)
    assert unchanged.inputs({"ENVIRONMENT": str(tmp_path / "large.toml")}) is None
    (tmp_path / unchanged.RECORD).symlink_to("/dev/zero")
    assert unchanged.unchanged(tmp_path, "any") is None


def test_sources_that_cannot_be_listed_are_never_unchanged(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "root/stacks/loop").symlink_to(place / "root/stacks", target_is_directory=True)
    try:
        assert unchanged.inputs(ENVIRON) is None
    finally:
        (place / "root/stacks/loop").unlink()
    monkeypatch.setattr(sys, "version", "3.99")
    assert answer(place) is None


def test_a_tool_that_was_installed_anew_means_a_new_synth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tool.py"
    file.touch()
    tool = types.ModuleType("tool")
    tool.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "tool", tool)
    (tmp_path / "out").mkdir()
    read = unchanged.inputs(ENVIRON)
    assert read is not None
    unchanged.remember(tmp_path / "out", read, [], REPORT)
    assert answer(tmp_path) == REPORT
    file.write_text("# patched\n")
    assert answer(tmp_path) is None
    file.unlink()
    assert answer(tmp_path) is None


def test_a_package_that_was_installed_means_a_new_synth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "SEARCH_PATH", (str(tmp_path),))
    before = unchanged.inputs(ENVIRON)
    (tmp_path / "plugin-1.0.dist-info").mkdir()
    assert unchanged.inputs(ENVIRON) != before


def test_inputs_that_gave_the_same_output_are_both_remembered(tmp_path: Path) -> None:
    """`cdktf` sets other variables than `make synth`."""
    for read in ("make", "cdktf"):
        unchanged.remember(tmp_path, read, [tmp_path / "stack"], REPORT)
    assert unchanged.unchanged(tmp_path, "make") == REPORT
    assert unchanged.unchanged(tmp_path, "cdktf") == REPORT
    (tmp_path / "stack").touch()
    unchanged.remember(tmp_path, "later", [tmp_path / "stack"], REPORT)
    assert unchanged.unchanged(tmp_path, "later") == REPORT
    assert unchanged.unchanged(tmp_path, "make") is None


def test_a_record_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / unchanged.RECORD).mkdir()
    unchanged.remember(tmp_path, "any", [], REPORT)
    assert unchanged.unchanged(tmp_path, "any") is None


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    """Otherwise, one could record the output of the other."""
    entered = threading.Event()

    def second() -> None:
        with unchanged.alone(tmp_path) as locked:
            assert locked
            entered.set()

    with unchanged.alone(tmp_path) as locked:
        assert locked
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.05)
    thread.join(10)
    assert entered.is_set()


def test_a_folder_that_cannot_be_locked_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("fcntl.flock", refused)
    with unchanged.alone(tmp_path) as locked:
        assert not locked
