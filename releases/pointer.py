"""Which release a region runs: the object `current` in its releases bucket, beside the archives."""

import re
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from terminal.errors import OperationError

CURRENT = "current"
"""The key of the object that names the current release."""
FOLDER = "releases"
"""The folder of the archives."""
NOTHING = "none"
"""Stands for an archive's key where no release has arrived."""
DIGEST = r"[0-9a-f]{64}"
# Of who and why, so that the object stays small.
LONGEST = 500

Digest = Annotated[str, Field(pattern=f"^{DIGEST}$")]
"""A release's SHA-256: 64 lower-case hexadecimal digits."""


class PointerError(OperationError):
    """An object `current` that names no release."""


class Pointer(BaseModel):
    """What `current` says, as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    release: Digest
    """What instances that start now run."""
    previous: Digest | None
    """What served before, and a rollback returns to: None for the first release, and the release
    itself after a rollback, as the one that failed is none to return to."""
    by: Annotated[str, Field(max_length=LONGEST)]
    """Who made it current, an ARN."""
    at: AwareDatetime
    why: Annotated[str, Field(max_length=LONGEST)]
    """The reason that they gave; may be empty."""

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Raises PointerError for what this project did not write."""
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the object"
            raise PointerError(f"`{CURRENT}` names no release: {where}: {first['msg']}") from None

    def serialise(self) -> bytes:
        return self.model_dump_json(indent=2).encode() + b"\n"


def now() -> datetime:
    """The present, to the second, for `at`."""
    return datetime.now(UTC).replace(microsecond=0)


def is_digest(text: str) -> bool:
    return re.fullmatch(DIGEST, text) is not None


def is_short(text: str) -> bool:
    """Whether it may be the beginning of a digest, as people copy it: at least 8 digits."""
    return re.fullmatch(r"[0-9a-f]{8,63}", text) is not None


def digest_in(key: str) -> str | None:
    """The digest of the release that an archive's key names; None if it names none."""
    found = re.fullmatch(rf"{FOLDER}/({DIGEST})\.tar\.gz", key)
    return found[1] if found else None


def release_key(digest: str) -> str:
    """The key of a release's archive, which is never overwritten."""
    return f"{FOLDER}/{digest}.tar.gz"
