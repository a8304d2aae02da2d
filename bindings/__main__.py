"""Finishes what the first run with new bindings only begins: `python -m bindings`."""

import os
import sys

from bindings import runtime
from bindings.first_run import compile_what_is_used, finish
from bindings.toolchains import VARIABLE, activate, installed

if __name__ == "__main__":
    # Sets up the virtual environment that it runs in, even on the way to another's.
    os.environ.pop(VARIABLE, None)
    sys.dont_write_bytecode = False
    runtime.unpack(activate(installed()))
    for package in finish():
        sys.stderr.write(f"WARNING: jsii has not indexed {package} in time, so runs are slow\n")
    compile_what_is_used()
