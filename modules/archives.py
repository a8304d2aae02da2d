"""ZIP files that synth writes. They are reproducible: the same contents always give the same
bytes."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The earliest time that ZIP can store, and plain files that anybody may read.
TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
MODE = 0o100644 << 16


def write_archive(file: Path, contents: Mapping[str, bytes]) -> None:
    """Writes a ZIP file with these contents by path, in this order."""
    with zipfile.ZipFile(file, "w") as bundle:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system, entry.external_attr = UNIX, MODE
            # Stored, not compressed: compressed bytes depend on the version of zlib.
            bundle.writestr(entry, content)


def modules_of(*parts: str) -> dict[str, bytes]:
    """The Python modules of these packages, and these files, of this repository, by path."""
    found: set[Path] = set()
    for part in parts:
        path = ROOT / part
        found |= {path} if path.is_file() else set(path.glob("**/*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(found)}


def digest_of(file: Path) -> str:
    """A file's SHA-256, as hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
