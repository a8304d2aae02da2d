"""Synthesises N copies of production under different names, in one process: `many.py N`."""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

if __name__ == "__main__":
    gc.disable()
    from environments import load_environment
    from stacks import synthesise

    production = load_environment("production")
    for number in range(int(sys.argv[1])):
        outdir = Path(os.environ["CDKTF_OUTDIR"], str(number))
        synthesise(production.model_copy(update={"name": f"copy-{number}"}), outdir)
    gc.freeze()
