"""Has the next plan in a folder import what exists already, as the guides say."""

import re
from collections.abc import Mapping
from pathlib import Path

FILE = "imports.tf"
BLOCK = 'import {{\n  to = {address}\n  id = "{known}"\n}}\n'
BLOCKS = re.compile(r'^import \{\n  to = (\S+)\n  id = "(\S+)"\n\}$', re.MULTILINE)


def import_blocks(guide: str) -> list[tuple[str, str]]:
    """A guide's import blocks, as pairs of address and ID."""
    assert f"`{FILE}`" in guide
    return BLOCKS.findall(guide)


def import_with_next_plan(folder: Path, ids: Mapping[str, str]) -> None:
    """ids: by address."""
    blocks = [BLOCK.format(address=address, known=known) for address, known in ids.items()]
    (folder / FILE).write_text("\n".join(blocks))
