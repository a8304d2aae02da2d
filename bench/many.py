"""Synthesises N environments, production under other names, in one process: `many.py N`."""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import bindings

if __name__ == "__main__":
    gc.disable()
    bindings.prepare()

    from cdktf import App

    from environments import load_environment
    from stacks import build

    production = load_environment("production")
    for number in range(int(sys.argv[1])):
        app = App(outdir=str(Path(os.environ["CDKTF_OUTDIR"], str(number))))
        build(app, production.model_copy(update={"name": f"copy-{number}"}))
        app.synth()
    gc.freeze()
