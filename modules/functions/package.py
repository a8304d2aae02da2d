"""The functions' archive. It is reproducible: the same files always give the same bytes."""

import tempfile
import zipfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "functions").glob("**/*.py"))
# The earliest time that ZIP can store, and plain files that anybody may read.
TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
MODE = 0o100644 << 16

# Removed when the process ends; by then, synth has copied the archive to its output folder.
_FOLDER = tempfile.TemporaryDirectory(prefix="functions-")


@cache
def archive() -> Path:
    """The ZIP file that Lambda runs, the same for all functions. It contains only our own modules,
    since Lambda provides boto3."""
    file = Path(_FOLDER.name) / "functions.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        for path in FILES:
            entry = zipfile.ZipInfo(path.as_posix(), TIME)
            entry.create_system, entry.external_attr = UNIX, MODE
            # Stored, not compressed: compressed bytes depend on the version of zlib.
            bundle.writestr(entry, (ROOT / path).read_bytes())
    return file
