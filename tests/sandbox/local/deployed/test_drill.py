"""The drill against the deployed examples: it holds, and sabotaged it does not."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

Resources = dict[str, Any]
# In the arguments of each web server of a drill, Apache or Python's.
TEMPORARY = "failover-drill-"


def drill(deployed: Deployed, output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With what is deployed as it is."""
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
        timeout=TIMEOUT,
    )


@pytest.mark.long
def test_the_drill_holds(deployed: Deployed, tmp_path: Path, report: Callable[[str], None]) -> None:
    finished = drill(deployed, tmp_path)
    report(f"drill of {deployed.environment.name}:\n{finished.stdout}")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert evidence["holds"]
    assert [one["name"] for one in evidence["scenarios"]] == [
        "calm",
        "instance",
        "region lost",
        "region back",
        "third lost",
        "failback",
        "third back",
        "zone",
        "application",
        "third again",
        "failback again",
        "flapping",
        "both lost",
        "both back",
    ]
    bound = evidence["promise"]["with_the_users_timeout"]
    assert evidence["scenarios"][2]["everybody_on_the_standby"] <= bound
    assert (tmp_path / "index.html").read_text().startswith("<!DOCTYPE html>")
    assert_as_before(deployed)


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


def without_health_check(resources: Resources) -> None:
    del resources["aws_route53_record"]["primary_record"]["health_check_id"]


def without_switch(resources: Resources) -> None:
    check = resources["aws_route53_health_check"]["primary_in_service"]
    check["child_healthchecks"] = check["child_healthchecks"][:1]
    check["child_health_threshold"] = 1


def without_redirect(resources: Resources) -> None:
    listeners = resources["aws_lb_listener"]
    listeners["http_listener"]["default_action"] = listeners["https_listener"]["default_action"]


def without_the_domain(resources: Resources) -> None:
    (certificate,) = resources["aws_acm_certificate"].values()
    certificate["domain_name"] = certificate["subject_alternative_names"][0]


@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
@pytest.mark.parametrize(
    ("name", "sabotage", "broken"),
    [
        ("global", without_health_check, "everybody is on the standby within"),
        ("global", without_switch, "the standby alone serves"),
        ("primary", without_redirect, "users are served only over HTTPS"),
        ("dr", without_the_domain, "everybody is on the standby within"),
    ],
)
def test_a_sabotaged_stack_breaks_it(
    deployed: Deployed,
    tmp_path: Path,
    name: str,
    sabotage: Callable[[Resources], None],
    broken: str,
) -> None:
    stacks = tmp_path / "sabotaged"
    shutil.copytree(
        deployed.workspace.outdir(deployed.environment.name),
        stacks,
        ignore=shutil.ignore_patterns(".terraform*"),
    )
    file = stacks / "stacks" / name / "cdk.tf.json"
    stack = json.loads(file.read_text())
    sabotage(stack["resource"])
    file.write_text(json.dumps(stack))
    finished = drill(deployed, tmp_path, "--stacks", str(stacks))
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert broken in finished.stderr
    assert not json.loads((tmp_path / "evidence.json").read_text())["holds"]
    assert_as_before(deployed)
