"""A region's releases bucket: the archives, and the object that names the current one."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Self

from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from environments import Environment, Role
from functions.failover_control.notes import MISSING, code_of
from operations.aws import Connect, NoAnswerError, client, refused
from releases import CURRENT, FOLDER, Pointer, PointerError, digest_in, release_key
from terminal.errors import OperationError

# Seconds, and attempts: of an archive's transfer, which may have a gibibyte.
TRANSFER_TIMEOUTS = Config(
    connect_timeout=3,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"us_east_1_regional_endpoint": "regional"},
)
# Attempts at putting an archive.
UPLOADS = 3
# S3's codes for a condition that does not hold, and for two writers at the same moment.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict")


class SupersededError(OperationError):
    """Another deployer made another release current."""


@dataclass(frozen=True)
class Current:
    """The object `current` as it was read."""

    pointer: Pointer
    etag: str
    """Identifies this content, for the next conditional write."""
    since: datetime
    """When it was written, by S3's clock, to the second."""


class ReleasesBucket:
    """One region's bucket. Every call raises OperationError where S3 refuses or does not answer."""

    def __init__(self, bucket: str, region: str, connect: Connect = client) -> None:
        self.bucket = bucket
        self.region = region
        self._connect = connect
        self._s3 = connect("s3", region)

    @classmethod
    def of(cls, environment: Environment, role: Role, connect: Connect = client) -> Self:
        """An environment's."""
        return cls(environment.releases_bucket(role), environment.regional(role).region, connect)

    def current(self) -> Current | None:
        """What `current` says; None before the first release."""
        with self._refused(f"s3://{self.bucket}/{CURRENT} cannot be read"):
            try:
                found = self._s3.get_object(Bucket=self.bucket, Key=CURRENT)
                content: bytes = found["Body"].read()
            except ClientError as error:
                if code_of(error) in MISSING:
                    return None
                raise
        return Current(self._parsed(content), found["ETag"], found["LastModified"])

    def has(self, digest: str) -> bool:
        """Whether a release's archive is there."""
        with self._refused(f"s3://{self.bucket}/{release_key(digest)} cannot be looked up"):
            try:
                self._s3.head_object(Bucket=self.bucket, Key=release_key(digest))
            except ClientError as error:
                if code_of(error) in MISSING:
                    return False
                raise
        return True

    def beginning_with(self, short: str) -> set[str]:
        """The digests of the archives that begin like this, up to a thousand."""
        with self._refused(f"s3://{self.bucket}/{FOLDER}/ cannot be listed"):
            found = self._s3.list_objects_v2(Bucket=self.bucket, Prefix=f"{FOLDER}/{short}")
        digests = (digest_in(one["Key"]) for one in found.get("Contents", ()))
        return {digest for digest in digests if digest is not None}

    def upload(self, file: Path, digest: str) -> None:
        """Puts an archive, unless it is there. S3 compares its SHA-256, and never overwrites. Where
        somebody else is putting it at the same moment, theirs counts if it arrives."""
        transfer = self._connect("s3", self.region, config=TRANSFER_TIMEOUTS, seconds=None)
        for _ in range(UPLOADS):
            with self._refused(f"{file} cannot be uploaded to s3://{self.bucket}"):
                try:
                    with file.open("rb") as body:
                        transfer.put_object(
                            Bucket=self.bucket,
                            Key=release_key(digest),
                            Body=body,
                            ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                            IfNoneMatch="*",
                        )
                except ClientError as error:
                    if code_of(error) not in CONFLICTS:
                        raise
            if self.has(digest):
                return
        raise OperationError(f"{self.region}: somebody else's upload of {digest} does not arrive")

    def download(self, digest: str, file: Path) -> None:
        """Fetches an archive."""
        transfer = self._connect("s3", self.region, config=TRANSFER_TIMEOUTS, seconds=None)
        with self._refused(f"s3://{self.bucket}/{release_key(digest)} cannot be fetched"):
            transfer.download_file(self.bucket, release_key(digest), str(file))

    def point(self, pointer: Pointer, replacing: Current | None) -> Current:
        """Makes a release current, if `current` is still what was read. Raises SupersededError if
        it is not.

        A write whose answer is lost may have arrived, and a client that repeats it is refused by
        its own first one: what is there decides.
        """
        try:
            self._put_current(pointer, replacing)
        except (SupersededError, NoAnswerError):
            written = self.current()
            if written is None or written.pointer != pointer:
                raise
            return written
        written = self.current()
        if written is None or written.pointer != pointer:
            raise SupersededError(f"{self.region}: another deployer made another release current")
        return written

    def _put_current(self, pointer: Pointer, replacing: Current | None) -> None:
        condition = {"IfNoneMatch": "*"} if replacing is None else {"IfMatch": replacing.etag}
        with self._refused(f"s3://{self.bucket}/{CURRENT} cannot be written"):
            try:
                self._s3.put_object(
                    Bucket=self.bucket,
                    Key=CURRENT,
                    Body=pointer.serialise(),
                    ContentType="application/json",
                    **condition,
                )
            except ClientError as error:
                if code_of(error) not in CONFLICTS:
                    raise
                raise SupersededError(
                    f"{self.region}: another deployer has just made another release current"
                ) from None

    def history(self, limit: int) -> list[Pointer]:
        """What was current, newest first."""
        with self._refused(f"the history of s3://{self.bucket}/{CURRENT} cannot be read"):
            return list(islice(self._past(), limit))

    def _past(self) -> Iterator[Pointer]:
        pages = self._s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=CURRENT):
            for version in page.get("Versions", ()):
                if version["Key"] != CURRENT:
                    continue
                found = self._s3.get_object(
                    Bucket=self.bucket, Key=CURRENT, VersionId=version["VersionId"]
                )
                yield self._parsed(found["Body"].read())

    def _parsed(self, content: bytes) -> Pointer:
        try:
            return Pointer.parse(content)
        except PointerError as error:
            raise OperationError(f"s3://{self.bucket}: {error}") from None

    def _refused(self, what: str) -> Any:
        return refused(f"{self.region}: {what}")
