"""The ledger as `make ledger` packs it, with the drivers that this machine has."""

import shutil
from importlib.metadata import distribution
from pathlib import Path

from releases import pack
from tests.command_line import ROOT

EXAMPLE = ROOT / "examples" / "ledger"
DRIVERS = ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six")


def pack_ledger(folder: Path, archive: Path) -> None:
    """folder: for what is packed, and created here. archive: what it becomes."""
    skipped = shutil.ignore_patterns("__pycache__", "drivers", "*.toml", "*.md")
    shutil.copytree(EXAMPLE, folder, ignore=skipped)
    for name in DRIVERS:
        for file in distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / "drivers" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(str(file.locate())), target)
    pack(folder, archive)
