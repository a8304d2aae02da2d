"""The program that a pipeline runs: all that it needs, and nothing else."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.s3_object import S3Object

from environments import ROLES, load_environment
from modules.archives import digest_of
from modules.delivery.package import ENVIRONMENT, REQUIREMENTS, deploying
from tests.conftest import Synthesised
from tests.synthesis import example, synthesise

START = ("-m", "operations.delivery.pipeline")
VARIABLES = {"ROLE": "dr", "RELEASE": "none", "PIPELINE": "x", "EXECUTION": "y"}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    with zipfile.ZipFile(deploying(example("releases"))) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_the_environment(unpacked: Path) -> None:
    assert load_environment(str(unpacked / ENVIRONMENT)) == example("releases")
    assert tomllib.loads((unpacked / ENVIRONMENT).read_text())["name"] == "releases"


def test_it_does_not_hold_what_builds_the_stacks(unpacked: Path) -> None:
    assert not (unpacked / "modules" / "module.py").exists()
    assert not (unpacked / "stacks").exists()
    assert not (unpacked / "sandbox").exists()


def run(python: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-W", "error", *START, ENVIRONMENT],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **VARIABLES},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_without_the_rest_of_the_project(unpacked: Path) -> None:
    finished = run(sys.executable, unpacked)
    assert finished.returncode == 0, finished.stderr
    assert "no release has arrived" in finished.stdout


@pytest.mark.slow
def test_it_runs_with_nothing_but_what_it_installs(unpacked: Path, tmp_path: Path) -> None:
    """As the build does, into an environment of the test's own."""
    venv.create(tmp_path / "own")
    python = tmp_path / "own" / "bin" / "python"
    # This Python's pip, since another environment's would first have to be installed.
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python))
    options = ("--quiet", "--no-compile", "--require-hashes", "--only-binary", ":all:")
    subprocess.run(
        [*pip, "install", *options, "--requirement", REQUIREMENTS], cwd=unpacked, check=True
    )
    finished = run(python, unpacked)
    assert finished.returncode == 0, finished.stderr
    names = {path.name.partition("-")[0] for path in (tmp_path / "own").glob("**/*.dist-info")}
    assert not names & {"cdktf", "moto", "jsii"}


def test_the_same_environment_makes_the_same_bytes(releases: Synthesised, tmp_path: Path) -> None:
    stacks = synthesise(example("releases"), tmp_path)
    for role in ROLES:
        program = stacks[role].only(S3Object)
        file = tmp_path / "stacks" / role / program["source"]
        assert digest_of(file) == program["source_hash"]
        assert program["source_hash"] == releases.stacks[role].only(S3Object)["source_hash"]


def test_another_environment_makes_others() -> None:
    environment = example("releases")
    delivery = environment.delivery.model_copy(update={"bake": 7})
    other = environment.model_copy(update={"delivery": delivery})
    assert digest_of(deploying(other)) != digest_of(deploying(environment))
