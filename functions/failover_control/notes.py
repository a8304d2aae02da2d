"""Notes in the switch's bucket: small objects, and when they were written."""

import json
from datetime import datetime
from typing import Any, cast

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

MISSING = {"NoSuchKey", "404"}


def note(by: str, reason: str, **more: str) -> str:
    """A note of who moved the switch, and why."""
    return json.dumps({"by": by, "reason": reason, **more})


def read_note(s3: Any, bucket: str, key: str) -> tuple[datetime, dict[str, str]] | None:
    """When a note was written, and its fields; None if there is no such object, no fields if it is
    not a note. Raises botocore's errors."""
    try:
        found = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) in MISSING:
            return None
        raise
    return found["LastModified"], _fields(found["Body"].read())


def written_at(s3: Any, bucket: str, key: str) -> datetime | None:
    """When the object was written, by S3's clock; None if it does not exist."""
    try:
        found: datetime = s3.head_object(Bucket=bucket, Key=key)["LastModified"]
    except ClientError as error:
        if code_of(error) in MISSING:
            return None
        raise
    return found


def code_of(error: Any) -> str:
    """The error code of an AWS response."""
    code: str = error.response["Error"]["Code"]
    return code


def _fields(body: bytes) -> dict[str, str]:
    try:
        said: Any = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {name: str(value) for name, value in cast("dict[str, Any]", said).items()}
