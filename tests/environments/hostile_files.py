"""Hostile files: not TOML, TOML that nobody meant to write, or not a file at all."""

import os
from collections.abc import Callable
from pathlib import Path

from tests.synthesis import EXAMPLES

GOOD = (EXAMPLES / "mission.toml").read_text()
KIB = 1024

CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "a NUL": b"\0",
    "NULs": b"\0" * 10_000,
    "not UTF-8": b'name = "\xff"',
    "overlong UTF-8": b'name = "\xc0\xaf"',
    "a surrogate": b'name = "\xed\xa0\x80"',
    "an escaped surrogate": b'name = "\\ud800"',
    "an escape beyond Unicode": b'name = "\\UFFFFFFFF"',
    "latin-1": GOOD.replace("Zone", "Z\u00f6ne").encode("latin-1"),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16 without a mark": GOOD.encode("utf-16-le"),
    "UTF-32": GOOD.encode("utf-32"),
    "two byte order marks": b"\xef\xbb\xbf" * 2 + GOOD.encode(),
    "a bare CR": GOOD.replace("\n", "\r").encode(),
    "escape codes": b"\x1b[2J\x1b[31m",
    "escape codes in a comment": b"# \x1b[2J\n" + GOOD.encode(),
    "a bidi override for a key": "\u202ename = 1".encode(),
    "JSON": b'{"name": "x"}',
    "YAML": b"name: x\ndns:\n  zone: y\n",
    "a script": b"#!/bin/sh\ntouch canary\n",
    "an executable": b"\x7fELF\x02\x01\x01" + bytes(range(256)),
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "a key twice": b'name = "x"\n' + GOOD.encode(),
    "a table twice": GOOD.encode() + b"\n[dns]\n",
    "a key of a table and a table": b"dns.zone = 1\n" + GOOD.encode(),
    "an array of tables for a table": GOOD.replace("[dns]", "[[dns]]").encode(),
    "an unended string": b'name = "x\n',
    "an unended text": b"name = '''x\n",
    "an unended table": b"[dns\n",
    "no value": b"name =\n",
    "two values": b'name = "x" "y"\n',
    "a number of many digits": b"name = " + b"9" * 200_000,
    "a hexadecimal number of many digits": b"name = 0x" + b"f" * 200_000,
    "a date that is none": b"name = 2024-02-31\n",
    "deep arrays": b"name = " + b"[" * 200_000,
    "deep tables": b"name = " + b"{a=" * 50_000,
    "deep arrays that end": b"name = " + b"[" * 90 + b"]" * 90,
    "an inline key of many parts": b"name = {" + b"a." * 100_000 + b"a = 1}",
    "a key of many parts": b"a." * 120_000 + b"a = 1",
    "a quoted key of many parts": b'"a\\"" . ' * 30_000 + b"a = 1",
    "a header of many parts": b"[" + b"'a'." * 60_000 + b"a]",
    "a header of an array of many parts": b"[[" + b"a . " * 60_000 + b"a]]",
    "spaces": b" " * (250 * KIB) + b"=",
    "line ends": b"\n" * (250 * KIB),
    "many tables": b"[[x]]\n" * 40_000,
    "many keys": b"".join(b"k%d=1\n" % number for number in range(5_000)),
    "many tags": GOOD.encode() + b"[tags]\n" + b"".join(b"k%d='!'\n" % n for n in range(5_000)),
    "a comment of 256 KiB and a byte": b"#" * (256 * KIB + 1),
    "16 MiB": b"#" * (16 * KIB * KIB),
}


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda file: file.symlink_to(target)


def _link_to_a_huge_file(file: Path) -> None:
    target = file.with_name("huge")
    with target.open("wb") as huge:
        huge.truncate(1 << 40)  # sparse, takes no space
    file.symlink_to(target)


def _link_to_a_pipe(file: Path) -> None:
    os.mkfifo(file.with_name("pipe"))
    file.symlink_to("pipe")


def _loop_of_two(file: Path) -> None:
    file.symlink_to("other.toml")
    file.with_name("other.toml").symlink_to(file.name)


def _long_chain(file: Path) -> None:
    for number in range(100):
        file.with_name(str(number)).symlink_to(str(number + 1))
    file.symlink_to("0")


def _without_permission(file: Path) -> None:
    file.write_text(GOOD)
    file.chmod(0)


# What creates each one, and the expected message.
PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda _file: None, "does not exist"),
    "a link to nothing": (_link_to("nowhere"), "does not exist"),
    "a link to itself": (_link_to("hostile.toml"), "Too many levels of symbolic links"),
    "a loop of two links": (_loop_of_two, "Too many levels of symbolic links"),
    "a chain of links": (_long_chain, "Too many levels of symbolic links"),
    "a folder": (Path.mkdir, "Is a directory"),
    "a link to a folder": (_link_to("/"), "Is a directory"),
    "a file as a folder": (_link_to("/etc/passwd/x"), "Not a directory"),
    "a pipe": (os.mkfifo, "is not a regular file"),
    "a link to a pipe": (_link_to_a_pipe, "is not a regular file"),
    "zeros": (_link_to("/dev/zero"), "is not a regular file"),
    "random bytes": (_link_to("/dev/urandom"), "is not a regular file"),
    "nothing at all": (_link_to("/dev/null"), "is not a regular file"),
    "an error for each write": (_link_to("/dev/full"), "is not a regular file"),
    "a huge file": (_link_to_a_huge_file, "is larger than 256 KiB"),
    "no permission": (_without_permission, "Permission denied"),
}
# Given in place of an environment's name.
CHOICES = (
    "\0",
    "a\0b.toml",
    "\x1b[2J",
    "a\nb",
    "\u202elmot.toml",
    "../../../../etc/passwd",
    "/etc/passwd",
    "/",
    ".",
    "..",
    "~",
    "~root/x.toml",
    "$(touch canary)",
    "`touch canary`.toml",
    "${HOME}",
    "production;id",
    "produ\u0441tion",
    "\udcff.toml",
    "\ud800",
    "a" * 300,
    "a/" * 5_000,
    "https://example.com/x.toml",
    "PRODUCTION",
    "production.toml ",
    "production\n",
)
