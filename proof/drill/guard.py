"""Ends process groups once whoever started them has ended, even if that one is killed.

    python -I guard.py

Standard input has a line for each group: `+ID` when it starts, `-ID` when it has ended. The end of
input ends those that are left. It needs the standard library alone, so that it starts fast.
"""

import os
import signal
import sys
from contextlib import suppress


def main() -> None:
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
