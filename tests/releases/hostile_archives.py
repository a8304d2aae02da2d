"""Archives that are no releases, and what is said of each."""

import gzip
import io
import tarfile
from collections.abc import Callable, Iterable
from typing import Any

RUN = b"#!/bin/sh\nexec python3 app.py\n"
# The type of file is in the two bytes at 16, the machine in those at 18.
ELF_ARM = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + b"\x03\0" + bytes([183, 0])

Member = tuple[tarfile.TarInfo, bytes]


def file(name: str, content: bytes = b"", mode: int = 0o644, **more: Any) -> Member:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    for field, value in more.items():
        setattr(member, field, value)
    return member, content


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> Member:
    return file(name, type=kind, linkname=to)


def device(name: str, kind: bytes) -> Member:
    return file(name, type=kind)


RUNS = file("run", RUN, 0o755)


def tar(members: Iterable[Member], *, pax: dict[str, str] | None = None) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", pax_headers=pax or {}) as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def zipped(*members: Member) -> bytes:
    return gzip.compress(tar(members))


def _bomb() -> bytes:
    """A file of 3 GiB by its header, of which nothing follows."""
    return gzip.compress(tar([RUNS])[:1024] + file("zeros", size=3 << 30)[0].tobuf())


def _huge_header() -> bytes:
    head = file("././@PaxHeader", type=tarfile.XHDTYPE, size=4 << 30)[0]
    return gzip.compress(head.tobuf(tarfile.USTAR_FORMAT))


def _corrupt() -> bytes:
    """One bit of the compressed data is another."""
    found = bytearray(zipped(RUNS, file("data", bytes(range(256)) * 64)))
    found[len(found) // 2] ^= 1
    return bytes(found)


def _wrong_checksum() -> bytes:
    found = bytearray(zipped(RUNS))
    found[-8] ^= 1
    return bytes(found)


# What it is, how to make it, and what the message must say.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is no .tar.gz"),
    "text": (lambda: b"#!/bin/sh\n", "is no .tar.gz"),
    "tar without gzip": (lambda: tar([RUNS]), "is no .tar.gz"),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), "is no .tar.gz"),
    "gzip of text": (lambda: gzip.compress(b"hello" * 300), "is no .tar.gz"),
    "truncated": (lambda: zipped(RUNS, file("d", bytes(9000)))[:-20], "is damaged"),
    "a flipped bit": (_corrupt, "is damaged"),
    "a wrong checksum": (_wrong_checksum, "is damaged"),
    "no members": (zipped, "no file `run`"),
    "no run": (lambda: zipped(file("app.py", b"x")), "no file `run`"),
    "run in a folder": (lambda: zipped(file("app/run", RUN, 0o755)), "no file `run`"),
    "run is a folder": (lambda: zipped(file("run", type=tarfile.DIRTYPE)), "`run` is no file"),
    "run is a link": (lambda: zipped(link("run", "app.py"), file("app.py")), "`run` is no file"),
    "run without the x bit": (lambda: zipped(file("run", RUN)), "is not executable"),
    "run of Windows": (
        lambda: zipped(file("run", b"#!/bin/sh\r\necho\r\n", 0o755)),
        "Windows line ends",
    ),
    "run without an interpreter": (lambda: zipped(file("run", b"echo\n", 0o755)), "nor a script"),
    "run by a relative interpreter": (
        lambda: zipped(file("run", b"#!python3\n", 0o755)),
        "absolute path",
    ),
    "run of another architecture": (
        lambda: zipped(file("run", ELF_ARM, 0o755)),
        "built for arm64, and the instances are x86_64",
    ),
    "install without the x bit": (
        lambda: zipped(RUNS, file("install", RUN)),
        "'install' is not executable",
    ),
    "install is a folder": (
        lambda: zipped(RUNS, file("install", type=tarfile.DIRTYPE)),
        "`install` is no file",
    ),
    "an absolute path": (lambda: zipped(RUNS, file("/etc/passwd")), "leads out of the archive"),
    "a path upwards": (lambda: zipped(RUNS, file("../../etc/passwd")), "leads out of the archive"),
    "a path upwards in the middle": (
        lambda: zipped(RUNS, file("a/../../b")),
        "leads out of the archive",
    ),
    "a link outside": (lambda: zipped(RUNS, link("l", "../../etc")), "'l'"),
    "an absolute link": (lambda: zipped(RUNS, link("l", "/etc")), "'l'"),
    "a link that climbs one folder too far": (
        lambda: zipped(RUNS, link("a/l", "../../b")),
        "leads out of the archive",
    ),
    "a link that climbs behind another link": (
        lambda: zipped(RUNS, link("a/l", "../b"), link("m", "a/l/../../etc")),
        "leads out of the archive",
    ),
    "a program that runs as its owner": (
        lambda: zipped(RUNS, file("sudo", RUN, 0o4755)),
        "'sudo' has a set-user-ID",
    ),
    "a file through a link": (
        lambda: zipped(RUNS, file("d", type=tarfile.DIRTYPE), link("l", "d"), file("l/x")),
        "which is no folder",
    ),
    "a hard link": (lambda: zipped(RUNS, link("l", "run", tarfile.LNKTYPE)), "hard link"),
    "a device": (lambda: zipped(RUNS, device("null", tarfile.CHRTYPE)), "'null'"),
    "a disk": (lambda: zipped(RUNS, device("sda", tarfile.BLKTYPE)), "'sda'"),
    "a pipe": (lambda: zipped(RUNS, device("pipe", tarfile.FIFOTYPE)), "'pipe'"),
    "a file twice": (lambda: zipped(RUNS, RUNS), "there twice"),
    "a file and a folder": (lambda: zipped(RUNS, file("run/x")), "which is no folder"),
    "a control character": (lambda: zipped(RUNS, file("a\nb")), "control characters"),
    "a bomb": (_bomb, "more than 2,147,483,648 bytes"),
    "a huge header": (_huge_header, "a header of 4,294,967,296 bytes"),
}
