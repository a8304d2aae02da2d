"""Synthesises one environment's stacks, run in .venv: `ENVIRONMENT=staging python main.py`."""

import gc
import os
import re
import sys
from pathlib import Path

try:
    from bindings import ToolchainError
    from emitted import read, stack_files
    from environments import (
        DEFAULT_ENVIRONMENT,
        EnvironmentFileError,
        environment_file,
        load_environment,
    )
    from stacks import synthesise
    from summary import print_summary, print_warnings
    from terminal.files import unwritable
except ModuleNotFoundError as error:
    sys.exit(
        f"{error.name} is not installed for this Python: run `make synth`, or .venv/bin/python"
    )

# Node's message if it cannot write a file, including on a full disk:
# https://nodejs.org/api/errors.html#common-system-errors
NODE_SAYS = re.compile(r"Error: (E[A-Z0-9]+: .+)")


def main() -> int:
    """Writes the stacks and prints a summary; returns 2 for a user's mistake."""
    choice = os.environ.get("ENVIRONMENT") or DEFAULT_ENVIRONMENT
    try:
        environment = load_environment(choice)
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2

    outdir = Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
    problem = unwritable([outdir / "manifest.json", *stack_files(outdir, environment.stacks)])
    if problem is not None:
        print(f"CDKTF_OUTDIR: {problem}", file=sys.stderr)
        return 2
    outdir.mkdir(parents=True, exist_ok=True)
    try:
        synthesise(environment, outdir)
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 2
    except RuntimeError as error:
        reason = NODE_SAYS.fullmatch(str(error))
        if reason is None:
            raise
        print(f"CDKTF_OUTDIR: {outdir} cannot be written: {reason[1]}", file=sys.stderr)
        return 2
    stacks = read(outdir)
    print_summary(environment, outdir, stacks)
    print_warnings(environment, environment_file(choice), stacks)
    return 0


if __name__ == "__main__":
    # A short run whose objects nearly all live until the end: skip garbage collection, both during
    # the run and at exit.
    gc.disable()
    code = main()
    gc.freeze()
    sys.exit(code)
