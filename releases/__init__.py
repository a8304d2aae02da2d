"""A release of the user's application: what it must be, how it is packed, and which one is current.

Nothing here talks to AWS.
"""

from releases.archive import Release, ReleaseError, read_release
from releases.packing import pack
from releases.pointer import CURRENT, FOLDER, Pointer, PointerError, is_digest, release_key

__all__ = [
    "CURRENT",
    "FOLDER",
    "Pointer",
    "PointerError",
    "Release",
    "ReleaseError",
    "is_digest",
    "pack",
    "read_release",
    "release_key",
]
