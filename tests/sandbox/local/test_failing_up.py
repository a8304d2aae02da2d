"""A failing or interrupted `failover local up` says why, and leaves nothing running."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from modules.versions import aws_provider
from sandbox.embedded_aws import find
from sandbox.embedded_aws.process import RECORD
from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT, lighter_local
from tests.synthesis import EXAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("terraform")]

ONLY_AN_EMPTY_MIRROR = (
    'provider_installation {{\n  filesystem_mirror {{\n    path = "{}"\n  }}\n}}\n'
)


def up(folder: Path, **environ: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name != "ENVIRONMENT"}
    return subprocess.Popen(
        lighter_local("up", "-e", str(EXAMPLES / "mission.toml"), folder=folder),
        cwd=ROOT,
        env={**clean, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def terraform_in(folder: Path) -> list[psutil.Process]:
    """The Terraform processes working below this folder."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_terraform_and_the_aws(number: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "local"
    with up(folder) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if re.match(r"bootstrap: \d+ of", line):
                break
        else:
            pytest.fail(said)
        pid = json.loads((folder / RECORD).read_text())["pid"]
        time.sleep(1)
        assert terraform_in(folder)
        process.send_signal(number)
        rest, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130, rest
    assert "interrupted" in rest
    assert "Traceback" not in rest
    assert not psutil.pid_exists(pid)
    assert find(folder) is None
    assert terraform_in(folder) == []


def test_without_the_provider_it_says_how_to_name_a_mirror(tmp_path: Path) -> None:
    """With a CLI configuration that allows only an empty mirror."""
    (tmp_path / "mirror").mkdir()
    configuration = tmp_path / "terraform.rc"
    configuration.write_text(ONLY_AN_EMPTY_MIRROR.format(tmp_path / "mirror"))
    folder = tmp_path / "local"
    with up(folder, TF_CLI_CONFIG_FILE=str(configuration)) as process:
        said, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert "bootstrap failed" in said
    assert f"cannot get the AWS provider {aws_provider()}" in said
    assert "set FAILOVER_PLUGIN_MIRROR to a folder that holds" in said
    assert "primary: skipped" in said
    assert find(folder) is None


@pytest.mark.long
def test_a_new_account_lacks_vcpus(tmp_path: Path) -> None:
    """As in AWS, the group starts what it may, and Terraform shows why there is no more."""
    folder = tmp_path / "local"
    command = lighter_local(
        "up", "--new-account", "-e", str(EXAMPLES / "mission.toml"), folder=folder
    )
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=TIMEOUT
    )
    said = " ".join((ended.stdout + ended.stderr).split())
    assert ended.returncode == 1, said
    assert "waiting for Auto Scaling Group (myauto) capacity satisfied" in said
    assert "your current vCPU limit of 5 allows" in said
    assert "L-1216C47A in ap-south-1" in said
    assert "where a new account has" not in said
    assert find(folder) is None
