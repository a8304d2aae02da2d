"""The same synth as main.py, but with an ordinary import of the AWS bindings, and with garbage
collection."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import bindings


def nothing(*_: object) -> None:
    """Instead of what makes a run load less."""


# The same toolchain, Node and package cache.
bindings.set_node_options = nothing
bindings.load_python_modules_on_demand = nothing
bindings.imports.quicken = nothing
bindings.runtime.use = nothing
bindings.prepare()

import cdktf_cdktf_provider_aws  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]

import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main.main())
