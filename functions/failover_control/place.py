"""One place of the failover switch: a bucket, and the objects in it that make up the switch."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.agreed import CLEARED_KEY, NOTE_KEY, SET_KEY
from functions.failover_control.notes import MISSING, code_of, read_note

# S3's error codes if an object is not what a conditional request expects.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", *MISSING}
TRIES = 3
# Keys of an object's metadata: written at exactly this time, or not before it.
AS_OF, NOT_BEFORE = "as-of", "not-before"
# How far a time in metadata may be ahead of the object's LastModified. S3 truncates fractions of a
# second, and the clocks of AWS's regions, synchronised by NTP, differ by less than the rest. A time
# further ahead is wrong, and would make its object newer than everything that follows.
SKEW = timedelta(seconds=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """A `failed-over` object. body: random, so that two settings have different ETags. at: since
    when."""

    body: bytes
    etag: str
    at: datetime


@dataclass(frozen=True)
class Place:
    """A bucket that the switch is kept in. s3: a boto3 client for its region.

    Every method raises the client's errors, except `put_note` and `copy_note`.
    """

    s3: Any
    bucket: str
    region: str

    def mark(self) -> Mark | None:
        """The current `failed-over`, if any."""
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=SET_KEY)
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise
        return Mark(found["Body"].read(), found["ETag"], _time(found))

    def cleared(self) -> datetime | None:
        """When the switch was last cleared here."""
        try:
            return _time(self.s3.head_object(Bucket=self.bucket, Key=CLEARED_KEY))
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise

    def put_mark(
        self, body: bytes, when: Mapping[str, datetime], *, over: Callable[[Mark], bool]
    ) -> bool:
        """Puts a mark if there is none, or one that `over` allows replacing. Returns False if a
        mark with another body is there. Retries if somebody else moves the switch at the same time.
        when: its metadata."""
        mark, tries, metadata = None, TRIES, _metadata(when)
        while True:
            condition = {"IfMatch": mark.etag} if mark else {"IfNoneMatch": "*"}
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=SET_KEY,
                    Body=body,
                    Metadata=metadata,
                    **condition,
                )
            except ClientError as error:
                tries -= 1
                if code_of(error) not in CHANGED or not tries:
                    raise
                mark = self.mark()
                if mark is not None and not over(mark):
                    # True if it is our own: the answer was lost, and botocore sent it again.
                    return mark.body == body
            else:
                return True

    def delete_mark(self, mark: Mark) -> bool:
        """Deletes this mark and no other; returns False if it has changed."""
        try:
            self.s3.delete_object(Bucket=self.bucket, Key=SET_KEY, IfMatch=mark.etag)
        except ClientError as error:
            if code_of(error) in CHANGED:
                return False
            raise
        return True

    def put_cleared(self, body: str, when: Mapping[str, datetime]) -> None:
        """Records that the switch was cleared. when: its metadata."""
        self.s3.put_object(Bucket=self.bucket, Key=CLEARED_KEY, Body=body, Metadata=_metadata(when))

    def holds(self, key: str, body: bytes) -> bool:
        """Whether the object has this body."""
        try:
            found: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if code_of(error) in MISSING:
                return False
            raise
        return found == body

    def note(self) -> tuple[datetime, dict[str, str]] | None:
        """The note about a setting, and when it was written."""
        return read_note(self.s3, self.bucket, NOTE_KEY)

    def put_note(self, body: str | bytes) -> None:
        """Notes who set the switch and why, best effort: a failure is only logged. It neither keeps
        the switch from moving nor makes that look like a failure."""
        try:
            self.s3.put_object(Bucket=self.bucket, Key=NOTE_KEY, Body=body)
        except Exception as error:
            log.warning("the switch is set, and no note in %s says why: %s", self.region, error)

    def copy_note(self, source: "Place") -> None:
        """Copies another place's note, best effort."""
        try:
            body: bytes = source.s3.get_object(Bucket=source.bucket, Key=NOTE_KEY)["Body"].read()
        except Exception as error:
            log.warning("the note in %s cannot be copied: %s", source.region, error)
        else:
            self.put_note(body)


def _metadata(when: Mapping[str, datetime]) -> dict[str, str]:
    return {name: time.isoformat() for name, time in when.items()}


def _time(found: Mapping[str, Any]) -> datetime:
    """When the switch was moved: according to the object's metadata, or else when it was written.
    Implausible metadata is ignored, since anybody may set the switch by hand."""
    written: datetime = found["LastModified"]
    metadata: dict[str, str] = found.get("Metadata") or {}
    if AS_OF in metadata:
        return _said(metadata[AS_OF], written) or written
    return max(written, _said(metadata.get(NOT_BEFORE, ""), written) or written)


def _said(text: str, written: datetime) -> datetime | None:
    """The time in metadata; None if it is not a time, has no time zone, or is in the future."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None and time <= written + SKEW else None
