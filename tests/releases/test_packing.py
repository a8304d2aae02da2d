"""A folder becomes a release: the same one wherever and whenever it is packed."""

import os
import tarfile
from pathlib import Path

import pytest

from releases import ReleaseError, pack, read_release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "application"
    (made / "data").mkdir(parents=True)
    (made / "run").write_text("#!/bin/sh\n")
    (made / "run").chmod(0o700)
    (made / "data" / "one").write_text("1")
    (made / "link").symlink_to("data/one")
    (made / "__pycache__").mkdir()
    (made / "__pycache__" / "app.pyc").write_text("old")
    return made


def packed(folder: Path, name: str) -> Path:
    archive = folder.parent / name
    pack(folder, archive)
    return archive


def test_an_archive_is_no_part_of_itself(folder: Path) -> None:
    with pytest.raises(ReleaseError, match=r"data/one\.tar\.gz would be part of itself"):
        pack(folder, folder / "data" / "one.tar.gz")
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["one"]


def test_the_same_files_make_the_same_bytes(folder: Path) -> None:
    one = packed(folder, "one.tar.gz").read_bytes()
    for path in (folder / "run", folder / "data" / "one"):
        os.utime(path, (1, 1))
    (folder / "data" / "one").chmod(0o640)
    assert packed(folder, "two.tar.gz").read_bytes() == one
    (folder / "data" / "one").write_text("2")
    assert packed(folder, "three.tar.gz").read_bytes() != one


def test_what_is_packed_is_a_release(folder: Path) -> None:
    archive = packed(folder, "release.tar.gz")
    assert read_release(archive, "x86_64").members == 4
    with tarfile.open(archive) as tar:
        members = {one.name: one for one in tar}
    assert list(members) == ["data", "data/one", "link", "run"]
    assert {one.mode for name, one in members.items() if name in ("data", "run")} == {0o755}
    assert members["data/one"].mode == 0o644
    assert {(one.uid, one.gid, one.uname, one.mtime) for one in members.values()} == {(0, 0, "", 0)}


def test_two_names_of_one_file_are_two_files(folder: Path) -> None:
    os.link(folder / "data" / "one", folder / "data" / "two")
    archive = packed(folder, "release.tar.gz")
    assert read_release(archive, "x86_64").unpacked == len("#!/bin/sh\n") + 2


def test_a_folder_without_run_leaves_no_archive(folder: Path) -> None:
    (folder / "run").unlink()
    with pytest.raises(ReleaseError, match="no file `run`"):
        packed(folder, "release.tar.gz")
    assert not list(folder.parent.glob("*release*"))


def test_a_pipe_cannot_be_packed_and_leaves_no_archive(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(ReleaseError, match="pipe is neither file, folder nor symbolic link"):
        packed(folder, "release.tar.gz")
    assert not list(folder.parent.glob("*release*"))
