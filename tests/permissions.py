"""Who may read and write what a test makes, where root runs it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


def obeying_permissions() -> list[str]:
    """What to put before a command, so that a folder of mode 0555 is closed to it. Skips where that
    cannot be arranged."""
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root, and no setpriv: nothing can be closed to it")
    none = "-dac_override,-dac_read_search"
    return [setpriv, "--bounding-set", none, "--inh-caps", none]


def open_to_everybody(folder: Path) -> None:
    """Lets every user into a temporary folder, as Apache, which root starts, runs as nobody. pytest
    makes its folders root's alone."""
    top = Path(tempfile.gettempdir()).resolve()
    for one in (folder, *folder.parents):
        if not one.is_relative_to(top) or one == top:
            break
        one.chmod(0o755)
