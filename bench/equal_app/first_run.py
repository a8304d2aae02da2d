"""Has jsii index AWS CDK's types, as `python -m bindings` does with ours: without it, each run of
AWS CDK would take longer."""

# pyright: basic, reportMissingImports=false

import os
import sys
import time
from pathlib import Path

import bindings
from bench.equal_app.machine import cdk_environment
from bindings.first_run import INDEX, SECONDS, cached

PACKAGES = ("constructs", "aws_cdk")


def finish() -> bool:
    """Whether everything is indexed in time."""
    os.environ.update(cdk_environment())
    import aws_cdk._jsii  # noqa: F401

    root = Path(os.environ[bindings.CACHE_ROOT])
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        folders = [folder for package in PACKAGES for folder in cached(package, root)]
        if all(any(folder.glob(INDEX)) for folder in folders):
            return True
        time.sleep(0.1)
    return False


if __name__ == "__main__":
    sys.exit(0 if finish() else "jsii has not indexed AWS CDK in time, so its runs are slow")
