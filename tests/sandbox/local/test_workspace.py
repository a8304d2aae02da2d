"""The folder of `failover local`: who owns it, who is using it, and what gets removed."""

from pathlib import Path

import pytest

from sandbox.local.workspace import MARK, Workspace
from terminal.errors import OperationError


def used(folder: Path) -> Workspace:
    workspace = Workspace(folder)
    with workspace.held():
        (folder / "aws.json").touch()
        workspace.stack("mission", "dr").mkdir(parents=True)
        workspace.log("mission", "dr").touch()
    return workspace


def test_the_folder_is_created_and_marked(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "deep/local")
    with workspace.held():
        assert "failover local" in (workspace.folder / MARK).read_text()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    with Workspace(tmp_path).held():
        assert (tmp_path / MARK).exists()


def test_a_folder_with_foreign_files_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    with (
        pytest.raises(OperationError, match="contains files that `failover local` did not create"),
        Workspace(tmp_path).held(),
    ):
        pytest.fail("it was held")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_folder_of_ours_is_taken_again(tmp_path: Path) -> None:
    workspace = used(tmp_path)
    with workspace.held():
        assert workspace.log("mission", "dr").exists()


def test_a_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(OperationError, match="file cannot be used: File exists"),
        Workspace(tmp_path / "file").held(),
    ):
        pytest.fail("it was held")


def test_a_second_holder_is_told_that_another_is_at_work(tmp_path: Path) -> None:
    with (
        Workspace(tmp_path).held(),
        pytest.raises(OperationError, match="another `failover local` is running in"),
        Workspace(tmp_path).held(),
    ):
        pytest.fail("it was held twice")


def test_it_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="broken"), Workspace(tmp_path).held():
        raise OperationError("broken")
    with Workspace(tmp_path).held():
        pass


def test_clear_keeps_the_providers_and_the_mark(tmp_path: Path) -> None:
    workspace = used(tmp_path)
    provider = workspace.providers / "registry/aws"
    provider.mkdir(parents=True)
    workspace.clear()
    assert {path.name for path in tmp_path.iterdir()} == {".providers", MARK}
    assert provider.exists()


def test_remove_removes_the_folder(tmp_path: Path) -> None:
    workspace = used(tmp_path / "local")
    workspace.remove()
    assert list(tmp_path.iterdir()) == []


def test_remove_leaves_downloaded_providers_in_a_folder_that_is_still_ours(tmp_path: Path) -> None:
    workspace = used(tmp_path)
    workspace.providers.mkdir()
    workspace.remove()
    assert {path.name for path in tmp_path.iterdir()} == {".providers", MARK}
    with workspace.held():
        pass


def test_each_stack_has_a_folder_and_a_log_of_its_own() -> None:
    workspace = Workspace(Path("w"))
    assert workspace.stack("mission", "dr") == Path("w/mission/cdktf.out/stacks/dr")
    assert workspace.log("mission", "dr") == Path("w/mission/dr.log")
    assert workspace.outdir("mission") == Path("w/mission/cdktf.out")
