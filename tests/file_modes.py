"""File permissions for tests, which root may run."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


def obeying_permissions() -> list[str]:
    """A command prefix under which a folder of mode 0555 cannot be written, even for root. Skips
    the test if that cannot be arranged."""
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root, and no setpriv: nothing can be closed to it")
    none = "-dac_override,-dac_read_search"
    return [setpriv, "--bounding-set", none, "--inh-caps", none]


def open_to_everybody(folder: Path) -> None:
    """Opens a temporary folder to every user: Apache runs as nobody when root starts it, and pytest
    creates its folders for root only."""
    top = Path(tempfile.gettempdir()).resolve()
    for one in (folder, *folder.parents):
        if not one.is_relative_to(top) or one == top:
            break
        one.chmod(0o755)
