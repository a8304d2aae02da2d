"""The drill against the deployed examples: it holds, and sabotaged it does not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.local.deployed.drilling import FEW_USERS, assert_as_before, drill
from tests.sandbox.local.deployed.system import EITHER, Deployed

pytestmark = pytest.mark.slow

Resources = dict[str, Any]


@pytest.mark.long
@pytest.mark.parametrize("deployed", EITHER, indirect=True)
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
    late = evidence["late"][0]
    assert late["scenario"] == evidence["scenarios"][2]["title"]
    assert (late["extending"]["users"], len(late["holding"]["after"])) == (4, 2)
    assert (tmp_path / "index.html").read_text().startswith("<!DOCTYPE html>")
    assert_as_before(deployed)


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
        pytest.param(
            *("dr", without_the_domain, "everybody is on the standby within"),
            marks=pytest.mark.exhaustive,
        ),
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
    finished = drill(deployed, tmp_path, "--stacks", str(stacks), *FEW_USERS)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert broken in finished.stderr
    assert not json.loads((tmp_path / "evidence.json").read_text())["holds"]
    assert_as_before(deployed)
