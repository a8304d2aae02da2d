"""Compares the releases that the two regions have made current."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from functions.failover_control.notes import code_of

KEY = "current"

S3 = Callable[[str], Any]
"""Makes an S3 client for a region."""


def differ(s3: S3, environ: Mapping[str, str] = os.environ) -> bool | None:
    """Whether the regions differ in their release, one without any included; None if a region does
    not answer, or if the deployment has no releases.

    RELEASES: as JSON, each region's bucket by the region's name.
    """
    buckets: dict[str, str] = json.loads(environ.get("RELEASES", "{}"))
    if not buckets:
        return None
    try:
        found = {_release(s3(region), bucket) for region, bucket in buckets.items()}
    except (ClientError, BotoCoreError, ValueError, KeyError) as error:
        print(f"the releases cannot be compared: {error!r}")
        return None
    return len(found) > 1


def _release(s3: Any, bucket: str) -> str | None:
    """The digest of a region's current release; None before the first."""
    try:
        body: bytes = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read()
    except ClientError as error:
        if code_of(error) == "NoSuchKey":
            return None
        raise
    release: str = json.loads(body)["release"]
    return release
