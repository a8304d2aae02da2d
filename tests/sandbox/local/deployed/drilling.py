"""Runs the drill against a deployed system, and says whether it left that as it was."""

import subprocess
import sys
from pathlib import Path

import psutil

from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.system import Deployed

# A third of the default: their requests are most of a drill's CPU time.
FEW_USERS = ("--users", "2")
# In the arguments of each web server of a drill, Apache or Python's.
TEMPORARY = "failover-drill-"


def drill(
    deployed: Deployed, output: Path, *arguments: str, seconds: float = TIMEOUT
) -> subprocess.CompletedProcess[str]:
    """With what is deployed as it is. seconds: how long it may take."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "cli",
            "drill",
            "--no-deploy",
            *arguments,
            "-e",
            str(deployed.file),
            "--folder",
            str(deployed.workspace.folder),
            "--output",
            str(output),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


def assert_as_before(deployed: Deployed) -> None:
    """No web server whose drill is over, no lost region, the switch clear, the standby at rest."""
    assert deployed.aws.lost == []
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    folders = [part for command in commands for part in command if TEMPORARY in part]
    assert [folder for folder in folders if not Path(folder).exists()] == []
    settings = deployed.environment.dr
    (group,) = deployed.aws.client("autoscaling", settings.region).describe_auto_scaling_groups()[
        "AutoScalingGroups"
    ]
    assert group["DesiredCapacity"] == settings.capacity.desired
    for place in deployed.environment.switch_places:
        found = deployed.aws.client("s3", place.region).list_objects_v2(Bucket=place.bucket)
        assert found.get("Contents", []) == []
