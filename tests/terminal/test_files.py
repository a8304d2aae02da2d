"""Whether a file could be written, without trying to."""

import subprocess
import sys
from pathlib import Path

import pytest

from terminal.files import unwritable
from tests.file_modes import obeying_permissions

ROOT = Path(__file__).parent.parent.parent


def test_what_is_missing_can_be_written_and_is_not_created(tmp_path: Path) -> None:
    assert unwritable([tmp_path / "a/b/c", tmp_path / "d"]) is None
    assert list(tmp_path.iterdir()) == []


def test_a_relative_path_is_the_working_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert unwritable([Path("a/b"), Path("c")]) is None


def test_a_file_in_a_folders_place(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    said = unwritable([tmp_path / "x", tmp_path / "a/b/c"])
    assert said == f"{tmp_path / 'a'} cannot be written: Not a directory"


def test_a_folder_in_a_files_place(tmp_path: Path) -> None:
    assert unwritable([tmp_path]) == f"{tmp_path} cannot be written: Is a directory"


def test_a_link_to_nowhere_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")
    said = unwritable([tmp_path / "a/b"])
    assert said == f"{tmp_path / 'a'} cannot be written: Not a directory"


@pytest.mark.parametrize("name", ["file", "folder/file"])
def test_what_may_not_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir(mode=0o555)
    (tmp_path / "file").touch(mode=0o444)
    code = "import sys; from pathlib import Path; from terminal.files import unwritable\n"
    finished = subprocess.run(
        [
            *(*obeying_permissions(), sys.executable),
            "-c",
            f"{code}print(unwritable([Path(sys.argv[1])]))",
            tmp_path / name,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    closed = tmp_path / name.partition("/")[0]
    assert finished.stdout == f"{closed} cannot be written: Permission denied\n"
