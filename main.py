"""Synthesises one environment's stacks, run in .venv: `ENVIRONMENT=staging python main.py`."""

import gc
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from environments import Environment
    from report import Report

# Node's message if it cannot write a file, including on a full disk:
# https://nodejs.org/api/errors.html#common-system-errors
NODE_SAYS = re.compile(r"Error: (E[A-Z0-9]+: .+)")


def main() -> int:
    """Writes the stacks, unless just those are there, and prints a summary; returns 2 for a user's
    mistake."""
    try:
        return _run()
    except ModuleNotFoundError as error:
        sys.exit(
            f"{error.name} is not installed for this Python: run `make synth`, or .venv/bin/python"
        )


def _run() -> int:
    from report import print_report
    from unchanged import inputs, unchanged

    environ = dict(os.environ)
    outdir = Path(environ.get("CDKTF_OUTDIR") or "cdktf.out")
    before = inputs(environ)  # before anything else of ours is imported
    report = unchanged(outdir, before) or _synthesised(environ, outdir, before)
    if report is None:
        return 2
    print_report(report, outdir)
    return 0


def _synthesised(environ: dict[str, str], outdir: Path, before: str | None) -> "Report | None":
    """Writes the stacks. Prints a user's mistake, and returns None.

    before: the digest of the inputs.
    """
    from bindings.ahead import loaded_meanwhile

    with loaded_meanwhile():
        from emitted import manifest_file, output_files, read, stack_files
        from environments import (
            DEFAULT_ENVIRONMENT,
            EnvironmentFileError,
            environment_file,
            load_environment,
        )
        from summary import summarise
        from terminal.files import unwritable
        from unchanged import alone, inputs, remember

        choice = environ.get("ENVIRONMENT") or DEFAULT_ENVIRONMENT
        try:
            environment = load_environment(choice)
        except EnvironmentFileError as error:
            print(error, file=sys.stderr)
            return None

    problem = unwritable([manifest_file(outdir), *stack_files(outdir, environment.stacks)])
    if problem is not None:
        print(f"CDKTF_OUTDIR: {problem}", file=sys.stderr)
        return None
    outdir.mkdir(parents=True, exist_ok=True)
    with alone(outdir) as locked:
        mistake = _written(environment, outdir, environ)
        if mistake is not None:
            print(mistake, file=sys.stderr)
            return None
        stacks = read(outdir)
        report = summarise(environment, environment_file(choice), stacks)
        # Sources may have been edited meanwhile, before or after Python read them.
        if locked and before is not None and inputs(environ) == before:
            remember(outdir, before, output_files(outdir), report)
    return report


def _written(environment: "Environment", outdir: Path, environ: dict[str, str]) -> str | None:
    """Writes the stacks. Returns a user's mistake, or None."""
    from bindings import ToolchainError
    from stacks import synthesise

    if environ.get("SYNTH_HCL_OUTPUT") == "true":
        # What it writes would lie next to earlier JSON, which the summary and Terraform read too.
        return "SYNTH_HCL_OUTPUT: the stacks are JSON, not HCL: unset it, or leave out `--hcl`"
    try:
        synthesise(environment, outdir)
    except ToolchainError as error:
        return str(error)
    except RuntimeError as error:
        reason = NODE_SAYS.fullmatch(str(error))
        if reason is None:
            raise
        return f"CDKTF_OUTDIR: {outdir} cannot be written: {reason[1]}"
    return None


if __name__ == "__main__":
    # A short run whose objects nearly all live until the end: skip garbage collection, both during
    # the run and at exit.
    gc.disable()
    code = main()
    gc.freeze()
    sys.exit(code)
