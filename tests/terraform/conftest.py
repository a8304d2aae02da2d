"""The real Terraform and AWS provider, and an AWS on loopback for what a plan asks of it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from environments import STACKS, Environment, load_environment
from environments.loading import FOLDER
from operations.terraform import terraform_environment
from tests.synthesis import synthesise


class Terraform:
    """Runs one Terraform in the folders of emitted stacks."""

    def __init__(self, executable: str, environ: dict[str, str]) -> None:
        self.executable = executable
        self.environ = environ

    def run(
        self, folder: Path, *arguments: str, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Fails the test, with Terraform's own words, where Terraform fails."""
        finished = subprocess.run(
            [self.executable, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={**self.environ, **environ},
        )
        assert finished.returncode == 0, f"{arguments} in {folder}:\n{finished.stderr}"
        return finished

    def json(self, folder: Path, *arguments: str, **environ: str) -> Any:
        return json.loads(self.run(folder, *arguments, **environ).stdout)


@pytest.fixture(scope="session")
def runner(terraform: str) -> Iterator[Terraform]:
    # Whatever goes wrong, no test reaches a real account: the user's credentials stay out.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    with terraform_environment(
        {**clean, **nothing, "AWS_EC2_METADATA_DISABLED": "true"}
    ) as environ:
        yield Terraform(terraform, environ)


@pytest.fixture(scope="session", params=sorted(file.stem for file in FOLDER.glob("*.toml")))
def emitted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Environment, Path]:
    """An environment, and the folder that holds a folder for each of its stacks."""
    environment = load_environment(request.param)
    outdir = tmp_path_factory.mktemp(request.param) / "cdktf.out"
    synthesise(environment, outdir)
    return environment, outdir / "stacks"


KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Aws:
    """An AWS on loopback."""

    url: str

    @property
    def environ(self) -> dict[str, str]:
        """What leads Terraform to it."""
        return {"AWS_ENDPOINT_URL": self.url, **KEYS}

    def client(self, service: str, region: str) -> Any:
        """A boto3 client that talks to it."""
        session = boto3.Session(*KEYS.values(), region_name=region)
        return session.client(service, endpoint_url=self.url)  # pyright: ignore[reportCallIssue, reportArgumentType]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """moto on a free loopback port, empty for each module."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (tmp_path_factory.mktemp("moto") / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=log,
            stderr=log,
            env={**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
        )
        try:
            _wait_for(url, server)
            yield Aws(url)
        finally:
            server.terminate()
            server.wait(timeout=10)


def _wait_for(url: str, server: subprocess.Popen[bytes], seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("moto did not start")


def prepare_outside_world(environment: Environment, aws: Aws) -> None:
    """What is there before the stacks: the hosted zone, and the buckets of the bootstrap stack."""
    route53 = aws.client("route53", "us-east-1")
    route53.create_hosted_zone(Name=environment.dns.zone, CallerReference=environment.name)
    for stack in STACKS:
        backend = environment.backend(stack)
        s3 = aws.client("s3", backend.region)
        where = {"CreateBucketConfiguration": {"LocationConstraint": backend.region}}
        s3.create_bucket(Bucket=backend.bucket, **({} if backend.region == "us-east-1" else where))
