"""Root writes where it pleases: its commands have to be told to obey permissions."""

import os
import shutil

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
