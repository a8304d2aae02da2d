"""Finishes what jsii begins on the first run with new bindings: `python -m bindings`."""

import sys

from bindings.first_run import finish
from bindings.toolchains import ToolchainError


def main() -> str | None:
    """What to say on stderr, if it failed. That runs will be slow is no failure."""
    try:
        unfinished = finish()
    except ToolchainError as error:
        return str(error)
    for package in unfinished:
        sys.stderr.write(f"WARNING: jsii has not indexed {package} in time, so runs are slow\n")
    return None


if __name__ == "__main__":
    sys.exit(main())
