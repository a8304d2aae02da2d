"""Turns one environment into four stacks."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import bindings
from emitted import Json, read
from environments import Environment


def synthesise(environment: Environment, outdir: Path) -> None:
    """Writes the environment's stacks below `outdir`.

    Raises RuntimeError, with Node's message, if a file cannot be written.
    """
    bindings.prepare()  # before any import of cdktf
    from cdktf import App  # noqa: PLC0415

    from stacks.bootstrap import BootstrapStack  # noqa: PLC0415
    from stacks.global_ import GlobalStack  # noqa: PLC0415
    from stacks.regional import RegionalStack  # noqa: PLC0415

    app = App(outdir=str(outdir))
    BootstrapStack(app, environment)
    RegionalStack(app, environment, "primary")
    RegionalStack(app, environment, "dr")
    GlobalStack(app, environment)
    app.synth()


def synthesised(environment: Environment) -> Mapping[str, Json]:
    """The environment's stacks by name, without leaving files behind."""
    with tempfile.TemporaryDirectory(prefix="failover-stacks-") as folder:
        synthesise(environment, Path(folder))
        return read(Path(folder))
