"""Two applies of one stack, and an apply that was killed: the state stays whole."""

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.running_function import function_running
from tests.sandbox.local.deployed.system import Deployed
from tests.terraform.importing import FILE, import_blocks, import_with_next_plan

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "recovering.md"
APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")
# Terraform names what could not be created.
REFUSED = re.compile(r"with (aws_\w+\.\w+),")
# What stands on something that already exists is refused a round later.
MOST_ROUNDS = 4
LOCKED = "Error acquiring the state lock"


def start(deployed: Deployed, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [deployed.runner.executable, *arguments],
        cwd=folder,
        env=deployed.variables(folder.name),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def lock_objects(deployed: Deployed) -> list[str]:
    backend = deployed.environment.backend("dr")
    s3 = deployed.aws.client("s3", backend.region)
    found = s3.list_objects_v2(Bucket=backend.bucket).get("Contents", [])
    return [item["Key"] for item in found if item["Key"].endswith(".tflock")]


def wait_for_lock(deployed: Deployed) -> None:
    end = time.monotonic() + 60
    while not lock_objects(deployed):
        assert time.monotonic() < end, "no lock was taken"
        time.sleep(0.02)


def with_maximum(deployed: Deployed, more: int) -> Path:
    """The dr stack with so many more instances at most, ready to be applied."""
    settings = deployed.environment.dr
    capacity = settings.capacity.model_copy(update={"max": settings.capacity.max + more})
    changed = settings.model_copy(update={"capacity": capacity})
    return deployed.changed(f"dr-{more}", "dr", dr=changed) / "dr"


def state(deployed: Deployed, stack: str = "dr") -> dict[str, Any]:
    return json.loads(deployed.run(stack, "state", "pull").stdout)


def managed(state: dict[str, Any]) -> list[tuple[str, str]]:
    """What the stack owns: whether its zone is looked up differs between tests (`zone_id`)."""
    return sorted(
        (resource["type"], resource["name"])
        for resource in state["resources"]
        if resource["mode"] == "managed"
    )


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_of_two_applies_at_once_one_fails_or_waits(lighter: Deployed) -> None:
    before = state(lighter)
    one, other, patient = (with_maximum(lighter, more) for more in (1, 2, 3))
    first = start(lighter, one, *APPLY)
    wait_for_lock(lighter)
    second = start(lighter, other, *APPLY)
    third = start(lighter, patient, *APPLY, "-lock-timeout=120s")
    said = {process: process.communicate(timeout=TIMEOUT)[0] for process in (first, second, third)}
    assert first.returncode == 0, said[first]
    assert second.returncode == 1
    assert LOCKED in said[second]
    assert third.returncode == 0, said[third]
    after = state(lighter)
    assert after["lineage"] == before["lineage"]
    assert after["serial"] > before["serial"]
    assert managed(after) == managed(before)
    assert lock_objects(lighter) == []
    assert lighter.run(patient, "plan", "-detailed-exitcode").returncode == 0


def documented_unlock(lock_error: str) -> tuple[str, ...]:
    """The guide's command, with the ID that Terraform shows."""
    (command,) = re.findall(
        r"^terraform (force-unlock .*) LOCK_ID$", GUIDE.read_text(), re.MULTILINE
    )
    found = re.search(r"^\s+ID:\s+(\S+)", lock_error, re.MULTILINE)
    assert found is not None, lock_error
    return (*command.split(), found[1])


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_a_killed_change_is_finished_after_the_documented_step(lighter: Deployed) -> None:
    """Killed while it starts the instances anew."""
    settings = lighter.environment.dr
    new_page = settings.model_copy(update={"page": "<h1>Killed on its way</h1>"})
    folder = lighter.changed("killed", "dr", dr=new_page) / "dr"
    kill_after(lighter, folder, "aws_launch_template.launch_template")
    assert lock_objects(lighter) == ["terraform.tfstate.tflock"]

    refused = lighter.run(folder, *APPLY)
    assert refused.returncode == 1
    assert LOCKED in refused.stderr
    assert lighter.run(folder, *documented_unlock(refused.stderr)).returncode == 0
    finished = lighter.run(folder, *APPLY)
    assert finished.returncode == 0, finished.stderr
    assert lighter.run(folder, "plan", "-detailed-exitcode").returncode == 0


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
@pytest.mark.long
def test_nothing_latches_while_records_come_and_go(deployed: Deployed) -> None:
    """Destroyed, and made anew by an apply that is killed between the records of a pair, the
    failover control looking all the while: the next deployment must not begin failed over."""
    folder = deployed.folder("global")
    with function_running(deployed) as done:
        assert deployed.run("global", "destroy", "-auto-approve", "-input=false").returncode == 0
        kill_after(deployed, folder, "aws_route53_record.primary_health_healthy")
        time.sleep(2)
        refused = deployed.run("global", *APPLY)
        assert deployed.run("global", *documented_unlock(refused.stderr)).returncode == 0
        finish_as_documented(deployed)
    assert done == [], "neither the switch set nor the standby woken"
    for place in deployed.environment.switch_places:
        found = deployed.aws.client("s3", place.region).list_objects_v2(Bucket=place.bucket)
        assert "failed-over" not in [one["Key"] for one in found.get("Contents", [])]
    remove_unknown_health_checks(deployed)


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_what_a_killed_apply_created_is_imported_as_documented(deployed: Deployed) -> None:
    """Killed after it created a record that the state does not know yet, and other things."""
    assert deployed.run("global", "destroy", "-auto-approve", "-input=false").returncode == 0
    folder = deployed.folder("global")
    kill_after(deployed, folder, "aws_route53_record.primary_record")
    refused = deployed.run("global", *APPLY)
    assert deployed.run("global", *documented_unlock(refused.stderr)).returncode == 0

    rounds = finish_as_documented(deployed)
    assert rounds, "the killed apply left nothing unknown"
    assert deployed.run("global", "plan", "-detailed-exitcode").returncode == 0
    remove_unknown_health_checks(deployed)


def finish_as_documented(deployed: Deployed) -> int:
    """Applies again as an administrator, importing what is there already; how often that was
    needed."""
    administered, folder = replace(deployed, deployers={}), deployed.folder("global")
    assert import_blocks(GUIDE.read_text()) == [("ADDRESS", "ID")]
    ids: dict[str, str] = {}
    rounds = 0
    while (applied := administered.run("global", *APPLY)).returncode:
        errors = applied.stderr.split("Error: ")[1:]
        assert all("lready exists" in error for error in errors), applied.stderr
        rounds += 1
        assert rounds <= MOST_ROUNDS, applied.stderr
        refused = REFUSED.findall(applied.stderr)
        ids |= {address: documented_id(deployed, address) for address in refused}
        import_with_next_plan(folder, ids)
    (folder / FILE).unlink(missing_ok=True)
    return rounds


def kill_after(deployed: Deployed, folder: Path, address: str) -> None:
    """Kills an apply of `folder`, its provider too, once this resource is done."""
    process = start(deployed, folder, *APPLY, "-json")
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            event = json.loads(line)
            if (event["type"], event.get("hook", {}).get("resource", {}).get("addr")) == (
                "apply_complete",
                address,
            ):
                break
        else:
            pytest.fail(f"{address} was not applied")
        os.killpg(process.pid, signal.SIGKILL)


def documented_id(deployed: Deployed, address: str) -> str:
    """What the guide imports by, of something that already exists."""
    kind, _, logical_id = address.partition(".")
    emitted = json.loads((deployed.folder("global") / "cdk.tf.json").read_text())
    body = emitted["resource"][kind][logical_id]
    route53 = deployed.aws.client("route53", "us-east-1")
    if kind == "aws_route53_record":
        (zone,) = route53.list_hosted_zones()["HostedZones"]
        zone_id = zone["Id"].removeprefix("/hostedzone/")
        return f"{zone_id}_{body['name']}_{body['type']}_{body['set_identifier']}"
    if kind == "aws_route53_query_log":
        (config,) = route53.list_query_logging_configs()["QueryLoggingConfigs"]
        return config["Id"]
    return body["name"]


def remove_unknown_health_checks(deployed: Deployed) -> None:
    """The guide's third step: what the state does not know, found by its tags, is deleted."""
    known = {
        instance["attributes"]["id"]
        for resource in state(deployed, "global")["resources"]
        if resource["type"] == "aws_route53_health_check"
        for instance in resource["instances"]
    }
    route53 = deployed.aws.client("route53", "us-east-1")
    for check in route53.list_health_checks()["HealthChecks"]:
        tags = route53.list_tags_for_resource(ResourceType="healthcheck", ResourceId=check["Id"])
        pairs = {tag["Key"]: tag["Value"] for tag in tags["ResourceTagSet"]["Tags"]}
        assert (pairs["Deployment"], pairs["Stack"]) == (deployed.environment.name, "global")
        if check["Id"] not in known:
            route53.delete_health_check(HealthCheckId=check["Id"])
    left = {check["Id"] for check in route53.list_health_checks()["HealthChecks"]}
    assert left == known
