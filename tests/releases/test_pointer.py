"""The object that says which release is current."""

import json
from datetime import UTC, datetime

import pytest

from releases import Pointer, PointerError, is_digest, release_key

A, B = "a" * 64, "b" * 64
WHOLE = {"release": A, "previous": B, "by": "arn:x", "at": "2026-11-29T06:00:00Z", "why": ""}


def test_it_reads_what_it_writes() -> None:
    at = datetime(2026, 11, 29, 6, tzinfo=UTC)
    pointer = Pointer(release=A, previous=None, by="arn:aws:iam::1:user/me", at=at, why="a fix")
    assert Pointer.parse(pointer.serialise()) == pointer


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("release", None),
        ("release", "A" * 64),
        ("release", "a" * 63),
        ("release", f"{A}\n"),
        ("previous", "none"),
        ("by", 1),
        ("why", "a" * 501),
        ("at", "today"),
        ("at", "2026-11-29T06:00:00"),
        ("further", "x"),
    ],
)
def test_another_object_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(PointerError, match=f"`current` names no release: {key}"):
        Pointer.parse(json.dumps({**WHOLE, key: value}).encode())


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"\xff", A.encode()])
def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(PointerError, match="`current` names no release: the object"):
        Pointer.parse(content)


def test_a_digest_is_told_from_a_file() -> None:
    assert is_digest(A)
    assert not any(map(is_digest, ["A" * 64, f"{A}0", f"./{A}", f"{A}\n", "release.tar.gz"]))


def test_an_archive_is_named_by_its_digest() -> None:
    assert release_key(A) == f"releases/{A}.tar.gz"
