"""What is a release, and what is refused before anything is uploaded."""

import gzip
import hashlib
from pathlib import Path

import pytest

from releases import ReleaseError, archive, read_release
from tests.releases.hostile_archives import (
    ELF_ARM,
    HOSTILE,
    RUNS,
    file,
    link,
    tar,
    zipped,
)


def written(folder: Path, content: bytes) -> Path:
    found = folder / "release.tar.gz"
    found.write_bytes(content)
    return found


def test_a_release_is_named_by_its_digest(tmp_path: Path) -> None:
    content = zipped(RUNS, file("data/one", b"1234"), link("data/other", "one"))
    found = read_release(written(tmp_path, content), "x86_64")
    assert found.digest == hashlib.sha256(content).hexdigest()
    assert found.size == len(content)
    assert found.unpacked == len(RUNS[1]) + 4
    assert found.members == 3


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_refused_in_words(what: str, tmp_path: Path) -> None:
    make, says = HOSTILE[what]
    hostile = written(tmp_path, make())
    with pytest.raises(ReleaseError) as caught:
        read_release(hostile, "x86_64")
    message = str(caught.value)
    assert message.startswith(f"{hostile} is ")
    assert says in message
    assert "\n" not in message
    assert sorted(tmp_path.rglob("*")) == [hostile]


def test_there_are_at_least_twenty_hostile_archives() -> None:
    assert len(HOSTILE) >= 20


@pytest.mark.parametrize("target", ["one", "./one", "../data/one", "../run"])
def test_a_link_within_the_archive_is_taken(target: str, tmp_path: Path) -> None:
    content = zipped(RUNS, file("data/one"), link("data/link", target))
    assert read_release(written(tmp_path, content), "x86_64").members == 3


@pytest.mark.parametrize("prefix", ["", "./"])
def test_names_may_begin_with_a_dot_as_tar_writes_them(prefix: str, tmp_path: Path) -> None:
    content = zipped(file(f"{prefix}run", RUNS[1], 0o755), file(f"{prefix}install", RUNS[1], 0o755))
    assert read_release(written(tmp_path, content), "arm64").members == 2


def test_a_program_of_the_instances_architecture_is_taken(tmp_path: Path) -> None:
    content = zipped(file("run", ELF_ARM, 0o755))
    assert read_release(written(tmp_path, content), "arm64")


def test_members_that_gzip_keeps_apart_are_one_archive(tmp_path: Path) -> None:
    """As `cat one.gz two.gz` and parallel gzips write it."""
    whole = tar([RUNS])
    content = gzip.compress(whole[:700]) + gzip.compress(whole[700:])
    assert read_release(written(tmp_path, content), "x86_64").members == 1


def test_an_archive_that_is_too_large_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_ARCHIVE", 10)
    with pytest.raises(ReleaseError, match="and 10 are allowed"):
        read_release(written(tmp_path, zipped(RUNS)), "x86_64")


def test_an_archive_of_too_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    content = zipped(RUNS, file("one"), file("two"))
    with pytest.raises(ReleaseError, match="more than 2 files"):
        read_release(written(tmp_path, content), "x86_64")


def test_an_archive_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_release(tmp_path / "nothing.tar.gz", "x86_64")


def test_a_bomb_of_zeros_takes_no_memory(tmp_path: Path) -> None:
    """Two gigabytes of zeros after the archive's end, as gzip makes them of two megabytes."""
    bomb = tmp_path / "bomb.tar.gz"
    block = gzip.compress(bytes(64 << 20))
    with bomb.open("wb") as stream:
        stream.write(gzip.compress(tar([RUNS])))
        for _ in range(4):
            stream.write(block)
    assert bomb.stat().st_size < 1 << 20
    assert read_release(bomb, "x86_64").members == 1
