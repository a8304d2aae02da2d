"""Whether what the application needs is stored in the standby's region: its release, its secret and
keys, the stack's state."""

import json
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.notes import MISSING, code_of
from functions.standby_readiness.outcome import Found, Status
from functions.standby_readiness.standby import Standby

# https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
CURRENT_STAGE = "AWSCURRENT"
# The keys of the releases bucket's objects, which docs/application.md explains.
CURRENT_RELEASE, ARCHIVE = "current", "releases/{digest}.tar.gz"


def release_is_there(standby: Standby) -> Found:
    """The bucket in the standby's region names a current release, and has its archive: an instance
    that starts fetches both."""
    bucket = standby.settings.releases
    if bucket is None:
        return
    s3 = standby.client("s3")
    digest = current_release(s3, bucket)
    if digest is None:
        yield Status.FAULT, f"s3://{bucket}/{CURRENT_RELEASE} names none: deliver one"
        return
    archive = ARCHIVE.format(digest=digest)
    try:
        s3.head_object(Bucket=bucket, Key=archive)
    except ClientError as error:
        if code_of(error) not in MISSING:
            raise
        yield (
            Status.FAULT,
            f"s3://{bucket}/{archive} is gone: no instance can start; deliver it again",
        )
    else:
        yield Status.READY, digest[:12]


def current_release(s3: Any, bucket: str) -> str | None:
    """The digest that a bucket's `current` names; None before the first release."""
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=CURRENT_RELEASE)["Body"].read()
    except ClientError as error:
        if code_of(error) in MISSING:
            return None
        raise
    digest: str = json.loads(content)["release"]
    return digest


def secret_is_there(standby: Standby) -> Found:
    """The database's secret exists in the standby's region, has a current value, and is not about
    to be deleted.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
    """
    name = standby.settings.secret
    if name is None:
        return
    try:
        found = standby.client("secretsmanager").describe_secret(SecretId=name)
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        yield Status.FAULT, f"{name} has no copy here: instances cannot log in to the database"
        return
    stages = found.get("VersionIdsToStages", {}).values()
    if "DeletedDate" in found:
        yield Status.FAULT, f"{name} is being deleted: aws secretsmanager restore-secret"
    elif not any(CURRENT_STAGE in one for one in stages):
        yield Status.FAULT, f"{name} has no current value"
    else:
        yield Status.READY, name


def keys_are_enabled(standby: Standby) -> Found:
    """The region's KMS keys are enabled: what a disabled one encrypts cannot be read, and alarms
    cannot use their topic.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    kms = standby.client("kms")
    for alias in standby.settings.keys:
        try:
            state = kms.describe_key(KeyId=f"alias/{alias}")["KeyMetadata"]["KeyState"]
        except ClientError as error:
            if code_of(error) != "NotFoundException":
                raise
            yield Status.FAULT, f"there is no key alias/{alias}"
            continue
        if state == "Enabled":
            yield Status.READY, alias
        else:
            yield Status.FAULT, f"{alias} is {state}: aws kms enable-key, or cancel-key-deletion"


def state_is_kept(standby: Standby) -> Found:
    """The standby's state bucket is there and versioned: nothing of the standby can be changed
    without it, and no overwritten state restored."""
    yield versioned(standby.client("s3"), standby.settings.state)


def versioned(s3: Any, bucket: str) -> tuple[Status, str]:
    """Whether a bucket exists and keeps old versions."""
    try:
        status = s3.get_bucket_versioning(Bucket=bucket).get("Status", "off")
    except ClientError as error:
        if code_of(error) not in {"NoSuchBucket", *MISSING}:
            raise
        return Status.FAULT, f"s3://{bucket} does not exist: docs/recovering.md"
    if status == "Enabled":
        return Status.READY, bucket
    return Status.FAULT, f"s3://{bucket} is not versioned, but {status}: apply bootstrap"
