"""What AWS CDK runs on: the Node that our own runs have, and a package cache of its own, warm."""

from pathlib import Path

import bindings

FOLDER = Path(__file__).parent.parent.parent / ".venv" / "aws-cdk"
PYTHON = FOLDER / "bin" / "python"


def cdk_environment() -> dict[str, str]:
    """The variables that jsii reads."""
    environ: dict[str, str] = {}
    bindings.use_pinned_node(environ)
    return {**environ, bindings.CACHE_ROOT: str(FOLDER / bindings.PACKAGE_CACHE)}
