"""Checks on files that are about to be written."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path


def unwritable(files: Iterable[Path]) -> str | None:
    """The first obstacle to writing these files, or creating their missing folders, with the
    reason; None if there is none. Creates nothing."""
    for file in files:
        place = next(path for path in (file, *file.parents) if os.path.lexists(path))
        reason = _reason(place, is_file=place == file)
        if reason is not None:
            return f"{place} cannot be written: {os.strerror(reason)}"
    return None


def _reason(place: Path, *, is_file: bool) -> int | None:
    if is_file and place.is_dir():
        return errno.EISDIR
    if not is_file and not place.is_dir():
        return errno.ENOTDIR
    return None if os.access(place, os.W_OK if is_file else os.W_OK | os.X_OK) else errno.EACCES
