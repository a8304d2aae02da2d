"""Finishes what jsii begins on the first run with new bindings: `python -m bindings`."""

import os
import sys

from bindings.first_run import finish
from bindings.toolchains import VARIABLE

if __name__ == "__main__":
    # Sets up the virtual environment that it runs in, even on the way to another's.
    os.environ.pop(VARIABLE, None)
    for package in finish():
        sys.stderr.write(f"WARNING: jsii has not indexed {package} in time, so runs are slow\n")
