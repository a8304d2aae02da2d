"""Releases, secrets, keys and states."""

import io
import json
from typing import Any

import pytest

from functions.standby_readiness import stored
from functions.standby_readiness.outcome import Status
from releases import CURRENT, release_key
from tests.functions.standby_readiness.fakes import Fake, found, only, refusal, standby

DIGEST = "a" * 64


def holding(*keys: str) -> Fake:
    """S3, with these objects."""

    def get_object(Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "shop-releases"
        if Key not in keys:
            raise refusal("NoSuchKey")
        return {"Body": io.BytesIO(json.dumps({"release": DIGEST}).encode())}

    def head_object(Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "shop-releases"
        if Key not in keys:
            raise refusal("404")
        return {}

    return Fake(get_object=get_object, head_object=head_object)


def test_the_keys_are_those_of_releases() -> None:
    """The function's package cannot import that of releases."""
    assert stored.CURRENT_RELEASE == CURRENT
    assert stored.ARCHIVE.format(digest=DIGEST) == release_key(DIGEST)


@pytest.mark.parametrize(
    ("keys", "status", "words"),
    [
        ((CURRENT, release_key(DIGEST)), Status.READY, DIGEST[:12]),
        ((CURRENT,), Status.FAULT, "is gone: no instance can start"),
        ((), Status.FAULT, "names none: deliver one"),
    ],
)
def test_a_current_release_and_its_archive(
    keys: tuple[str, ...], status: Status, words: str
) -> None:
    there = standby({"s3": holding(*keys)}, releases="shop-releases")
    one, said = only(stored.release_is_there, there)
    assert one is status
    assert words in said


@pytest.mark.parametrize(
    ("secret", "status"),
    [
        ({"VersionIdsToStages": {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}}, Status.READY),
        ({"VersionIdsToStages": {"1": ["AWSPREVIOUS"]}}, Status.FAULT),
        (
            {"VersionIdsToStages": {"2": ["AWSCURRENT"]}, "DeletedDate": "2026-11-29"},
            Status.FAULT,
        ),
        (refusal("ResourceNotFoundException"), Status.FAULT),
        (refusal("AccessDeniedException"), Status.UNKNOWN),
    ],
)
def test_the_secret_has_a_current_value(secret: Any, status: Status) -> None:
    there = standby({"secretsmanager": Fake(describe_secret=secret)}, secret="shop-database")
    assert only(stored.secret_is_there, there)[0] is status


def test_each_key_is_enabled() -> None:
    states = {"alias/a": "Enabled", "alias/b": "PendingDeletion"}

    def describe_key(KeyId: str) -> dict[str, Any]:  # noqa: N803
        if KeyId not in states:
            raise refusal("NotFoundException")
        return {"KeyMetadata": {"KeyState": states[KeyId]}}

    there = standby({"kms": Fake(describe_key=describe_key)}, keys=("a", "b", "c"))
    assert [status for status, _ in found(stored.keys_are_enabled, there)] == [
        Status.READY,
        Status.FAULT,
        Status.FAULT,
    ]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"Status": "Enabled"}, Status.READY),
        ({"Status": "Suspended"}, Status.FAULT),
        ({}, Status.FAULT),
        (refusal("NoSuchBucket"), Status.FAULT),
        (refusal("AccessDenied"), Status.UNKNOWN),
    ],
)
def test_the_states_bucket_is_versioned(answer: Any, status: Status) -> None:
    there = standby({"s3": Fake(get_bucket_versioning=answer)})
    assert only(stored.state_is_kept, there)[0] is status


@pytest.mark.parametrize("check", [stored.release_is_there, stored.secret_is_there])
def test_what_the_deployment_lacks_is_not_asked(check: Any) -> None:
    assert found(check, standby({})) == []
