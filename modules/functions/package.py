"""The functions' archive."""

import tempfile
from functools import cache
from pathlib import Path

from modules.archives import modules_of, write_archive

# Removed when the process ends; by then, synth has copied the archive to its output folder.
_FOLDER = tempfile.TemporaryDirectory(prefix="functions-")


@cache
def archive() -> Path:
    """The ZIP file that Lambda runs, the same for all functions. It contains only our own modules,
    since Lambda provides boto3."""
    file = Path(_FOLDER.name) / "functions.zip"
    write_archive(file, modules_of("functions"))
    return file
