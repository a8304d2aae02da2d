"""Both examples, deployed once by `failover local up` as a user runs it."""

import json
import os
import subprocess
import time
from collections.abc import Iterator

import pytest

from modules.versions import AWS_PROVIDER
from operations import embedded_aws
from operations.local.workspace import Workspace
from operations.permissions.deployers import STACKS, as_deployer
from tests.conftest import EXAMPLE_NAMES
from tests.operations.local.command import ROOT, TIMEOUT, failover_local
from tests.operations.local.deployed.system import Deployed
from tests.synthesis import EXAMPLES, example
from tests.terraform_runner import Terraform

# These are deployed with the permissions that docs/permissions has, and nothing more.
AS_DEPLOYERS = {"mission": ("--permissions", str(ROOT / "docs" / "permissions"))}


@pytest.fixture(scope="session")
def deployments(
    runner: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Deployed]]:
    """Side by side: most of the time, the provider waits."""
    first = tmp_path_factory.mktemp("provider")
    pinned = {"source": "aws", "version": AWS_PROVIDER}
    (first / "main.tf.json").write_text(
        json.dumps({"terraform": {"required_providers": {"aws": pinned}}})
    )
    runner.run(first, "init", "-input=false")  # a download, if any, before two need it at once
    folders = {name: tmp_path_factory.mktemp(name) / "local" for name in EXAMPLE_NAMES}
    clean = {name: value for name, value in os.environ.items() if name != "ENVIRONMENT"}
    runs: dict[str, subprocess.Popen[str]] = {}
    deployed: dict[str, Deployed] = {}
    try:
        began = time.monotonic()
        for name, folder in folders.items():
            runs[name] = subprocess.Popen(
                failover_local(
                    *("up", "-e", str(EXAMPLES / f"{name}.toml"), *AS_DEPLOYERS.get(name, ())),
                    folder=folder,
                ),
                cwd=ROOT,
                env=clean,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        for name, run in runs.items():
            printed, _ = run.communicate(timeout=TIMEOUT)
            assert run.returncode == 0, printed
            aws = embedded_aws.find(folders[name])
            assert aws is not None
            deployed[name] = Deployed(
                example(name),
                EXAMPLES / f"{name}.toml",
                Workspace(folders[name]),
                aws,
                runner,
                printed,
                time.monotonic() - began,
                {stack: as_deployer(aws, stack) for stack in STACKS if name in AS_DEPLOYERS},
            )
        yield deployed
    finally:
        for name, run in runs.items():
            if run.poll() is None:
                run.terminate()
                run.communicate()
            embedded_aws.stop(folders[name])


@pytest.fixture(params=EXAMPLE_NAMES)
def deployed(
    request: pytest.FixtureRequest, deployments: dict[str, Deployed]
) -> Iterator[Deployed]:
    """Each in turn; whatever region a test lost is there again after it."""
    one = deployments[request.param]
    yield one
    for region in one.aws.lost:
        one.aws.restore(region)
