"""An output folder becomes the stacks that are in it."""

import json
from pathlib import Path

import pytest

from emitted import STACK_NAMES, Deployment, read, stack_file, stack_files, write
from stacks import synthesise
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.synthesis import example


@pytest.fixture
def outdir(mission: Synthesised, tmp_path: Path) -> Path:
    """The mission's stacks, as files."""
    write(tmp_path, {name: stack.json for name, stack in mission.stacks.items()})
    return tmp_path


def test_the_stacks_are_read_in_the_order_in_which_one_deploys_them(
    outdir: Path, mission: Synthesised
) -> None:
    found = read(outdir)
    assert tuple(found) == STACK_NAMES
    assert found == {name: stack.json for name, stack in mission.stacks.items()}


def test_synth_writes_each_stack_where_it_is_read(tmp_path: Path) -> None:
    synthesise(example("mission"), tmp_path)
    assert set(stack_files(tmp_path, STACK_NAMES)) == set(tmp_path.rglob("cdk.tf.json"))


def test_what_else_is_in_the_folder_is_left_alone(outdir: Path) -> None:
    (outdir / "stacks" / "mine").mkdir()
    (outdir / "stacks" / "mine" / "cdk.tf.json").write_text("{}")
    assert tuple(read(outdir)) == STACK_NAMES


def test_a_folder_without_stacks_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=f"{tmp_path} contains no stacks .*: run make synth"):
        read(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff"])
def test_what_is_no_json_is_told_with_its_file(outdir: Path, content: bytes) -> None:
    stack_file(outdir, "dr").write_bytes(content)
    with pytest.raises(OperationError, match=f"{stack_file(outdir, 'dr')} is not JSON: "):
        read(outdir)


def test_a_missing_stack_is_told(outdir: Path) -> None:
    stack_file(outdir, "dr").unlink()
    with pytest.raises(OperationError, match="there is no stack dr"):
        Deployment(example("mission"), read(outdir))


@pytest.mark.parametrize("stack", [[], {"resource": {}}, {"provider": {"aws": [{}]}}])
def test_what_cdktf_does_not_emit_is_told(outdir: Path, stack: object) -> None:
    stack_file(outdir, "dr").write_text(json.dumps(stack))
    with pytest.raises(OperationError, match="the stack dr is not what cdktf emits"):
        list(Deployment(example("mission"), read(outdir)).resources("aws_lb"))
