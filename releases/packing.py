"""Packs a folder as a release: the same files make the same bytes, whoever packs them and when."""

import gzip
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from releases.archive import ReleaseError

# Neither history, workflows nor caches are part of a release.
LEFT_OUT = {".git", ".github", "__pycache__", ".DS_Store"}
EXECUTABLE, PLAIN = 0o755, 0o644
LEVEL = 9


def pack(folder: Path, archive: Path) -> None:
    """Writes the folder's content as an archive: sorted, owned by root, without times.

    Raises ReleaseError for a folder without `run`, for an archive in that folder, and for what is
    neither file, folder nor symbolic link. Where it fails, no new archive is left.
    """
    if archive.resolve().is_relative_to(folder.resolve()):
        raise ReleaseError(f"{archive} would be part of itself: write it outside of {folder}")
    if not (folder / "run").is_file():
        raise ReleaseError(f"{folder} is no release: it has no file `run` at its top")
    unfinished = archive.with_name(f".{archive.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            _write(folder, stream)
        unfinished.replace(archive)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(folder: Path, stream: IO[bytes]) -> None:
    with (
        gzip.GzipFile("", "wb", LEVEL, stream, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in _content(folder):
            member = _member(tar, folder, path)
            if member.isreg():
                with path.open("rb") as file:
                    tar.addfile(member, file)
            else:
                tar.addfile(member)


def _content(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT:
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _content(path)


def _member(tar: tarfile.TarFile, folder: Path, path: Path) -> tarfile.TarInfo:
    if not (path.is_symlink() or path.is_file() or path.is_dir()):
        raise ReleaseError(f"{path} is neither file, folder nor symbolic link")
    member = tar.gettarinfo(path, path.relative_to(folder).as_posix())
    if member.islnk():  # the second name of a file that is there already
        member.type, member.linkname, member.size = tarfile.REGTYPE, "", path.stat().st_size
    runs = member.isdir() or bool(member.mode & stat.S_IXUSR)
    member.mode = EXECUTABLE if runs else PLAIN
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member
