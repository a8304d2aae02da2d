"""A release of the user's application: what it must be, how it is packed, and which one is current.

Nothing here talks to AWS.
"""

from releases.archive import Release, ReleaseError, read_release
from releases.packing import pack
from releases.pointer import (
    CURRENT,
    FOLDER,
    NOTHING,
    Pointer,
    PointerError,
    digest_in,
    is_digest,
    is_short,
    release_key,
)

__all__ = [
    "CURRENT",
    "FOLDER",
    "NOTHING",
    "Pointer",
    "PointerError",
    "Release",
    "ReleaseError",
    "digest_in",
    "is_digest",
    "is_short",
    "pack",
    "read_release",
    "release_key",
]
