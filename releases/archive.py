"""Reads a release, and refuses one that an instance could not unpack and start.

A release is a .tar.gz with an executable `run` at its top, and an optional executable `install`
(docs/application.md). Nothing is unpacked here.
"""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

from environments.instance_types import Architecture
from releases.executables import check_executable
from terminal.errors import OperationError

RUN, INSTALL = "run", "install"
# Bytes. An instance has 8 GiB for its system (about 2 GiB), the archive and what is unpacked.
MAX_ARCHIVE = 1 << 30
MAX_UNPACKED = 2 << 30
MAX_MEMBERS = 100_000
# Of a header that holds a long name or a file's attributes: tarfile keeps it in memory.
MAX_HEADER = 1 << 20
HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
SET_ID = 0o6000
# Read of an executable: an ELF header, or the line that names an interpreter.
BEGINNING = 256


class ReleaseError(OperationError):
    """An archive that is no release: which, and what it lacks."""


@dataclass(frozen=True)
class Release:
    """A release that keeps the contract."""

    file: Path
    digest: str
    """The archive's SHA-256, 64 lower-case hexadecimal digits: the release's name."""
    size: int
    """Bytes of the archive."""
    unpacked: int
    """Bytes of all its files."""
    members: int
    """How many files, folders and links it has."""


class _Member(tarfile.TarInfo):
    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if found.type in HEADERS and found.size > MAX_HEADER:
            raise ReleaseError(f"a header of {found.size:,} bytes, and {MAX_HEADER:,} are allowed")
        return found


def read_release(file: Path, architecture: Architecture) -> Release:
    """The release in an archive.

    Args:
        file: The archive.
        architecture: Of the instances that will run it.

    Raises ReleaseError for an archive that breaks the contract, and OSError for one that cannot be
    read.
    """
    size = file.stat().st_size
    if size > MAX_ARCHIVE:
        raise ReleaseError(f"{file} has {size:,} bytes, and {MAX_ARCHIVE:,} are allowed")
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        with _told_of(file):
            contents = _Contents(architecture)
            with gzip.GzipFile(fileobj=stream, mode="rb") as unzipped:
                _read(unzipped, contents)
            contents.check_run()
    return Release(file, digest, size, contents.unpacked, len(contents.kinds))


@contextmanager
def _told_of(file: Path) -> Generator[None]:
    """Names the archive in whatever is wrong with it."""
    try:
        yield
    except ReleaseError as error:
        raise ReleaseError(f"{file} is no release: {error}") from None
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ReleaseError(f"{file} is no .tar.gz, or is damaged: {error}") from None


def _read(unzipped: gzip.GzipFile, contents: "_Contents") -> None:
    with tarfile.open(fileobj=unzipped, mode="r|", tarinfo=_Member) as archive:
        for member in archive:
            contents.add(member)
            if member.name.removeprefix("./") in (RUN, INSTALL) and member.isreg():
                found = archive.extractfile(member)
                contents.check(member, found.read(BEGINNING) if found else b"")
    while unzipped.read(MAX_HEADER):  # to the end, where gzip's checksum is
        pass


class _Contents:
    """What has been read of an archive."""

    def __init__(self, architecture: Architecture) -> None:
        self._architecture: Architecture = architecture
        self.kinds: dict[PurePosixPath, bytes] = {}
        self.unpacked = 0

    def add(self, member: tarfile.TarInfo) -> None:
        """Takes in one member. Raises ReleaseError for one that a release must not have."""
        path = _path(member)
        _check_kind(member, path)
        if path in self.kinds and not (member.isdir() and self.kinds[path] == tarfile.DIRTYPE):
            raise ReleaseError(f"{member.name!r} is there twice")
        for parent in path.parents[:-1]:
            if self.kinds.get(parent, tarfile.DIRTYPE) != tarfile.DIRTYPE:
                raise ReleaseError(f"{member.name!r} is in {str(parent)!r}, which is no folder")
        self.kinds[path] = member.type
        self.unpacked += member.size
        if len(self.kinds) > MAX_MEMBERS:
            raise ReleaseError(f"it has more than {MAX_MEMBERS:,} files and folders")
        if self.unpacked > MAX_UNPACKED:
            raise ReleaseError(f"its files have more than {MAX_UNPACKED:,} bytes")

    def check(self, member: tarfile.TarInfo, beginning: bytes) -> None:
        """Looks at `run` or `install`."""
        problem = check_executable(member.mode, beginning, self._architecture)
        if problem is not None:
            raise ReleaseError(f"{member.name!r} {problem}")

    def check_run(self) -> None:
        """Raises ReleaseError where nothing can be started."""
        for name in (RUN, INSTALL):
            kind = self.kinds.get(PurePosixPath(name))
            if kind is None and name == RUN:
                raise ReleaseError("it has no file `run` at its top")
            if kind not in (None, tarfile.REGTYPE, tarfile.AREGTYPE):
                raise ReleaseError(f"`{name}` is no file")


def _check_kind(member: tarfile.TarInfo, path: PurePosixPath) -> None:
    """What `tarfile.data_filter` does, which not every Python 3.11 has."""
    if member.islnk():
        raise ReleaseError(f"{member.name!r} is a hard link; symbolic links are allowed")
    if not (member.isreg() or member.isdir() or member.issym()):
        raise ReleaseError(f"{member.name!r} is a device or a pipe")
    if member.mode & SET_ID:
        raise ReleaseError(f"{member.name!r} has a set-user-ID or set-group-ID bit")
    if member.issym():
        _check_link(member, path)


def _check_link(member: tarfile.TarInfo, path: PurePosixPath) -> None:
    """A link stays in the archive, whatever other links it leads through."""
    steps = member.linkname.split("/")
    ups = next((at for at, step in enumerate(steps) if step not in ("..", ".", "")), len(steps))
    climbs = steps[:ups].count("..")
    if member.linkname.startswith("/") or climbs >= len(path.parts) or ".." in steps[ups:]:
        raise ReleaseError(f"{member.name!r} is a link that leads out of the archive")


def _path(member: tarfile.TarInfo) -> PurePosixPath:
    """A member's path, in one spelling."""
    try:
        member.name.encode()
    except UnicodeEncodeError:
        raise ReleaseError(f"{member.name!r} is no name in UTF-8") from None
    if not member.name.isprintable():
        raise ReleaseError(f"{member.name!r} has control characters in its name")
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise ReleaseError(f"{member.name!r} leads out of the archive")
    return path
