"""The workflows for GitHub Actions, which cannot be run here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from environments import ROLES, load_environment

APPLICATION = Path(__file__).parent.parent / "examples" / "application"
FILE = APPLICATION / ".github" / "workflows" / "deliver.yml"
OURS = Path(__file__).parent.parent / ".github" / "workflows"
WORKFLOWS = (FILE, *sorted(OURS.glob("*.yml")))
WORKFLOW: dict[str, Any] = yaml.safe_load(FILE.read_text())
JOB: dict[str, Any] = WORKFLOW["jobs"]["deliver"]


def test_each_region_is_delivered_to_by_a_job_of_its_own() -> None:
    assert JOB["strategy"] == {"fail-fast": False, "matrix": {"region": list(ROLES)}}
    (command,) = [step["run"] for step in JOB["steps"] if "failover deploy" in step.get("run", "")]
    assert '--only "$REGION"' in command


def test_the_jobs_environments_are_those_that_the_roles_trust() -> None:
    environment = load_environment(str(APPLICATION / "environment.toml"))
    assert {JOB["environment"].replace("${{ matrix.region }}", role) for role in ROLES} == {
        environment.github_environment(role) for role in ROLES
    }


def test_the_digest_is_computed_once_and_checked_before_it_is_delivered() -> None:
    assert JOB["env"]["DIGEST"] == "${{ needs.build.outputs.digest }}"
    runs = [step.get("run", "") for step in JOB["steps"]]
    checked = next(number for number, run in enumerate(runs) if "sha256sum --check" in run)
    delivered = next(number for number, run in enumerate(runs) if "failover deploy" in run)
    assert checked < delivered


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_every_action_is_one_commit_whatever_its_tag_becomes(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text())
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[0-9.]+", one)] == []


def test_no_job_has_a_key_and_one_alone_gets_tokens() -> None:
    text = FILE.read_text()
    assert "secrets." not in text
    assert "aws-access-key" not in text
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert JOB["permissions"] == {"contents": "read", "id-token": "write"}
    assert "permissions" not in WORKFLOW["jobs"]["build"]


def test_deliveries_follow_one_another() -> None:
    assert WORKFLOW["concurrency"] == {"group": "deliver", "cancel-in-progress": False}


def test_nothing_of_a_commits_message_is_run() -> None:
    """What others may write reaches a shell in variables alone."""
    for job in WORKFLOW["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
