"""Both examples, deployed once by `failover local up` as a user runs it."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from sandbox import embedded_aws
from sandbox.local.workspace import Workspace
from sandbox.permissions.deployers import as_deployer
from tests.conftest import EXAMPLE_NAMES
from tests.sandbox.local.command import ROOT, TIMEOUT, failover_local
from tests.sandbox.local.deployed.system import Deployed
from tests.synthesis import EXAMPLES, example
from tests.terraform_runner import Terraform

# These are deployed with the permissions that docs/permissions has, and nothing more.
AS_DEPLOYERS = {"mission": ("--permissions", str(ROOT / "docs" / "permissions"))}


Deploy = Callable[[str], Deployed]


@pytest.fixture(scope="session")
def deploy(runner: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deploy]:
    """Deploys an example, once."""
    with ExitStack() as stack:

        @cache
        def deployed_once(name: str) -> Deployed:
            folder = tmp_path_factory.mktemp(name) / "local"
            stack.callback(embedded_aws.stop, folder)
            return up(name, folder, runner)

        yield deployed_once


def up(name: str, folder: Path, runner: Terraform) -> Deployed:
    """Runs `failover local up`, and returns what that left."""
    file = EXAMPLES / f"{name}.toml"
    began = time.monotonic()
    finished = subprocess.run(
        failover_local("up", "-e", str(file), *AS_DEPLOYERS.get(name, ()), folder=folder),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "ENVIRONMENT"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert finished.returncode == 0, finished.stdout
    aws = embedded_aws.find(folder)
    assert aws is not None
    return Deployed(
        environment=example(name),
        file=file,
        workspace=Workspace(folder),
        aws=aws,
        runner=runner,
        printed=finished.stdout,
        seconds=time.monotonic() - began,
        deployers={stack: as_deployer(aws, stack) for stack in STACK_NAMES if name in AS_DEPLOYERS},
    )


@pytest.fixture(params=EXAMPLE_NAMES)
def deployed(request: pytest.FixtureRequest, deploy: Deploy) -> Iterator[Deployed]:
    """Each in turn; whatever region a test lost is there again after it."""
    one = deploy(request.param)
    yield one
    for region in one.aws.lost:
        one.aws.restore(region)
