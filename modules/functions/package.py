"""The functions' archive: the same files give the same bytes, whoever builds it and when."""

import tempfile
import zipfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "functions").glob("**/*.py"))
# The first that ZIP can write down; and plain files, which anybody may read.
TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
MODE = 0o100644 << 16

# Removed with the process, after synth has copied the archive to its output folder.
_FOLDER = tempfile.TemporaryDirectory(prefix="functions-")


@cache
def archive() -> Path:
    """The ZIP file that Lambda runs, one for all functions: our own modules alone, since Lambda
    brings boto3."""
    file = Path(_FOLDER.name) / "functions.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        for path in FILES:
            entry = zipfile.ZipInfo(path.as_posix(), TIME)
            entry.create_system, entry.external_attr = UNIX, MODE
            # Stored, not compressed: what compression yields depends on zlib's version.
            bundle.writestr(entry, (ROOT / path).read_bytes())
    return file
