"""An instance's first boot in a private folder. Only the emitted script's lines that print files
are run; pages come from nowhere else."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from emitted.user_data import PrintedFile, printed
from modules.user_data import CONFIGURATION_FILE, PAGE_FILE
from terminal.errors import OperationError

HTML = "html"
CONFIGURATION = "conf.d"
# While this file exists, the application answers 500.
FAILS = "application-fails"


def printed_by(script: str) -> Mapping[str, PrintedFile]:
    """The page and Apache's configuration. Raises OperationError if one is missing."""
    found = printed(script)
    for path in (PAGE_FILE, CONFIGURATION_FILE):
        if path not in found:
            raise OperationError(f"the emitted user data writes no {path}")
    return {path: found[path] for path in (PAGE_FILE, CONFIGURATION_FILE)}


def page_of(script: str) -> str:
    return printed_by(script)[PAGE_FILE].text


def boot(script: str, folder: Path) -> None:
    """Runs those lines, writing to `folder`/html and `folder`/conf.d."""
    for path, file in printed_by(script).items():
        inside = HTML if path == PAGE_FILE else CONFIGURATION
        target = folder / inside / Path(path).name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w") as out:
            subprocess.run(["printf", file.format, file.text], stdout=out, check=True)  # noqa: S607
