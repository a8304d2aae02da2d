"""The same synth as main.py, but with an ordinary import of the AWS bindings."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import bindings

# The same Node, so that only the import differs; none of the measures that load less.
bindings.prepare = lambda: None
bindings.use_pinned_node()

import cdktf_cdktf_provider_aws  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]

import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main.main())
