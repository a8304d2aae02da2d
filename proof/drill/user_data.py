"""An instance's first boot in a private folder. Only the emitted script's lines that print files
are run; pages come from nowhere else."""

import shlex
import subprocess
from pathlib import Path

from modules.user_data import CONFIGURATION_FILE, PAGE_FILE
from terminal.errors import OperationError

Printed = dict[str, tuple[str, str]]
"""By path on an instance: printf's format and its argument."""

HTML = "html"
CONFIGURATION = "conf.d"
# While this file exists, the application answers 500.
FAILS = "application-fails"


def printed(script: str) -> Printed:
    """The files that the script's `printf FORMAT TEXT > FILE` lines write. Raises OperationError if
    the page or Apache's configuration is missing."""
    words = shlex.split(script)
    found: Printed = {}
    for place, word in enumerate(words):
        if word == "printf" and words[place + 3 : place + 4] == [">"]:
            found[words[place + 4]] = (words[place + 1], words[place + 2])
    for path in (PAGE_FILE, CONFIGURATION_FILE):
        if path not in found:
            raise OperationError(f"the emitted user data writes no {path}")
    return found


def page_of(script: str) -> str:
    return printed(script)[PAGE_FILE][1]


def boot(script: str, folder: Path) -> None:
    """Runs those lines, writing to `folder`/html and `folder`/conf.d."""
    for path, (how, text) in printed(script).items():
        inside = HTML if path == PAGE_FILE else CONFIGURATION
        target = folder / inside / Path(path).name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w") as file:
            subprocess.run(["printf", how, text], stdout=file, check=True)  # noqa: S607
