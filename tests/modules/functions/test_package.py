"""The function's archive: its contents, and that it is the same everywhere."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction

from modules.archives import ROOT, modules_of
from modules.failover_control.function import HANDLER
from modules.functions.package import archive
from modules.standby_readiness import HANDLER as READINESS_HANDLER
from modules.standby_watch import HANDLER as WATCH_HANDLER
from tests.conftest import Synthesised
from tests.synthesis import example, synthesise

PACKAGES = (Path("modules/archives.py"), Path("modules/functions/package.py"))
BUILD = """
import sys
from modules.functions.package import archive
sys.stdout.buffer.write(archive().read_bytes())
"""


def test_another_checkout_at_another_time_builds_the_same(tmp_path: Path) -> None:
    for path in (*modules_of("functions"), *PACKAGES):
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / path).read_bytes())
        copy.chmod(0o600)
        os.utime(copy, (1e9, 1e9))
    other = subprocess.run(
        [sys.executable, "-c", BUILD],
        cwd=tmp_path,
        env={**os.environ, "TZ": "Asia/Kolkata", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )
    assert other.stdout == archive().read_bytes()


def test_it_holds_the_functions_alone() -> None:
    with zipfile.ZipFile(archive()) as bundle:
        names = bundle.namelist()
        assert names == sorted(names)
        assert {Path(name).parts[0] for name in names} == {"functions"}
        assert all(name.endswith(".py") for name in names)
        for entry in bundle.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == 0o100644


@pytest.mark.parametrize("handler", [HANDLER, WATCH_HANDLER, READINESS_HANDLER])
def test_it_runs_without_the_rest_of_the_project(tmp_path: Path, handler: str) -> None:
    """As Lambda unpacks it, with only boto3 besides."""
    with zipfile.ZipFile(archive()) as bundle:
        bundle.extractall(tmp_path)
    module, _, function = handler.rpartition(".")
    subprocess.run(
        [sys.executable, "-W", "error", "-c", f"from {module} import {function}"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        check=True,
    )


def test_synth_puts_it_beside_the_stack(mission: Synthesised, tmp_path: Path) -> None:
    stacks = synthesise(example("mission"), tmp_path)
    file = stacks["dr"].resources(LambdaFunction)["control"]["filename"]
    assert (tmp_path / "stacks" / "dr" / file).read_bytes() == archive().read_bytes()
    function = mission.stacks["dr"].resources(LambdaFunction)["control"]
    assert function["filename"] == file, "wherever the output is"
    assert (
        function["source_code_hash"]
        == stacks["dr"].resources(LambdaFunction)["control"]["source_code_hash"]
    )
