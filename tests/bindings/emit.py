"""Synthesises each environment of a folder, in one process: `python -m tests.bindings.emit FOLDER
OUTDIR` needs only what a toolchain's own lock file installs."""

import gc
import json
import sys
from pathlib import Path

from environments.loading import check
from stacks import synthesise


def main(folder: Path, outdir: Path) -> None:
    """Each NAME.json becomes OUTDIR/NAME."""
    for file in sorted(folder.glob("*.json")):
        synthesise(check(json.loads(file.read_text()), file), outdir / file.stem)


if __name__ == "__main__":
    gc.disable()
    main(*map(Path, sys.argv[1:]))
    gc.freeze()
