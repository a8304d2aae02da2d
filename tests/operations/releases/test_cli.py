"""`failover releases pack` and `check`."""

import hashlib
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.command_line import ROOT
from tests.command_line_here import failover_here
from tests.synthesis import EXAMPLES

EXAMPLE = ROOT / "examples" / "application"
MISSION = {"ENVIRONMENT": str(EXAMPLES / "mission.toml")}
ARM = b"\x7fELF".ljust(18, b"\0") + b"\xb7\x00"


def said(*arguments: str | Path, code: int = 0) -> str:
    finished = failover_here("releases", *map(str, arguments), environ=MISSION)
    assert finished.returncode == code, finished.stderr
    return finished.stderr if code else finished.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "application"
    made.mkdir()
    (made / "run").write_text("#!/bin/sh\n")
    (made / "run").chmod(0o755)
    return made


def test_a_folder_is_packed_and_its_digest_shown(tmp_path: Path) -> None:
    archive = tmp_path / "release.tar.gz"
    printed = said("pack", EXAMPLE, archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    first, second = printed.splitlines()
    assert first == f"{digest}  {archive}"
    with tarfile.open(archive) as tar:
        packed = len(tar.getnames())
    assert second.startswith(f"{archive.stat().st_size:,} bytes; {packed} files and folders of ")
    assert second.endswith(" bytes; for x86_64")
    assert said("check", archive) == printed
    assert said("pack", EXAMPLE, archive) == printed


def test_the_example_is_the_same_release_everywhere(tmp_path: Path) -> None:
    copied = shutil.copytree(EXAMPLE, tmp_path / "elsewhere")
    digests = [
        said("pack", folder, tmp_path / "release.tar.gz").split()[0] for folder in (EXAMPLE, copied)
    ]
    assert digests[0] == digests[1]


def test_what_is_no_release_is_told_in_a_line_and_left_nowhere(folder: Path) -> None:
    archive = folder.parent / "release.tar.gz"
    (folder / "run").chmod(0o644)
    line = f"{archive} is no release: 'run' is not executable (chmod +x)\n"
    assert said("pack", folder, archive, code=1) == line
    (folder / "run").unlink()
    line = f"{folder} is no release: it has no file `run` at its top\n"
    assert said("pack", folder, archive, code=1) == line
    assert sorted(path.name for path in folder.parent.iterdir()) == ["application"]


def test_a_program_for_another_processor_is_refused(folder: Path) -> None:
    (folder / "run").write_bytes(ARM)
    archive = folder.parent / "release.tar.gz"
    line = "'run' is built for arm64, and the instances are x86_64"
    assert line in said("pack", folder, archive, code=1)


@pytest.mark.parametrize("name", ["nothing", "folder", "text"])
def test_what_cannot_be_read_is_told_in_a_line(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name == "folder":
        file.mkdir()
    elif name == "text":
        file.write_text("hello")
    line = said("check", file, code=1)
    assert line.startswith(str(file))
    assert line.count("\n") == 1


def test_an_archive_in_a_folder_that_is_not_there_is_told_in_a_line(folder: Path) -> None:
    archive = folder.parent / "nowhere" / "release.tar.gz"
    assert said("pack", folder, archive, code=1).endswith("does not exist\n")


def test_a_release_must_run_in_both_regions(folder: Path, tmp_path: Path) -> None:
    text = (EXAMPLES / "mission.toml").read_text()
    primary, dr = text.split("[dr]")
    file = tmp_path / "mixed.toml"
    file.write_text(f"{primary}[dr]{dr.replace('t3.micro', 't4g.micro')}")
    archive = tmp_path / "release.tar.gz"
    environ = {"ENVIRONMENT": str(file)}
    finished = failover_here("releases", "pack", str(folder), str(archive), environ=environ)
    assert finished.stdout.endswith("for x86_64 and arm64\n"), finished.stderr
    (folder / "run").write_bytes(ARM)
    finished = failover_here("releases", "pack", str(folder), str(archive), environ=environ)
    assert finished.returncode == 1
    assert "the instances are x86_64" in finished.stderr
