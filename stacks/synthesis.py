"""Turns one environment into its stacks."""

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

import bindings
from emitted import Json, read, stack_file
from environments import STACKS, Environment
from modules.versions import MINIMUM_TERRAFORM

# cdktn refuses what a Terraform that it is not told of lacks, such as write-only passwords.
TARGETS = {"targetVersions": {"terraform": f">={MINIMUM_TERRAFORM}"}}


def synthesise(
    environment: Environment, outdir: Path, names: Collection[str] | None = None
) -> None:
    """Writes the environment's stacks below `outdir`, and removes one that it no longer has.

    names: the stacks to write, if not all; the others are left as they are.

    Raises RuntimeError, with Node's message, if a file cannot be written.
    """
    bindings.prepare()  # before any import of cdktf
    from cdktf import App  # noqa: PLC0415

    from stacks.bootstrap import BootstrapStack  # noqa: PLC0415
    from stacks.global_ import GlobalStack  # noqa: PLC0415
    from stacks.regional import RegionalStack  # noqa: PLC0415
    from stacks.tables import TablesStack  # noqa: PLC0415

    for gone in set(STACKS) - set(environment.stacks):
        stack_file(outdir, gone).unlink(missing_ok=True)
    app = App(outdir=str(outdir), context=TARGETS)
    for name in environment.stacks if names is None else names:
        match name:
            case "bootstrap":
                BootstrapStack(app, environment)
            case "tables":
                TablesStack(app, environment)
            case "primary" | "dr":
                RegionalStack(app, environment, name)
            case _:
                GlobalStack(app, environment)
    app.synth()


def synthesised(environment: Environment) -> Mapping[str, Json]:
    """The environment's stacks by name, without leaving files behind."""
    with tempfile.TemporaryDirectory(prefix="failover-stacks-") as folder:
        synthesise(environment, Path(folder))
        return read(Path(folder))
