"""A certificate that takes 12 minutes, as ACM's may: the region still comes up.

Time runs twelve times as fast: every duration in the emitted JSON that Terraform waits for is
divided, as is the time that ACM takes.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emitted import stack_file
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.outside_world import create_outside_world
from tests.conftest import Synthesised
from tests.lighter_stacks import lighten
from tests.sandbox.local.command import TIMEOUT
from tests.synthesis import synthesise
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

FASTER = 12
CERTIFICATE_SECONDS = 12 * 60
DURATION = re.compile(r"(\d+)m")
# Long enough here, where instances start at once.
CAPACITY_TIMEOUT = "2m"


def faster(value: Any) -> Any:
    """The JSON with every duration divided."""
    if isinstance(value, dict):
        return {key: faster(one) for key, one in value.items()}
    if isinstance(value, list):
        return [faster(one) for one in value]
    if isinstance(value, str) and (found := DURATION.fullmatch(value)):
        return f"{int(found[1]) * 60 / FASTER:g}s"
    return value


def validate_the_domain(domain: str, aws: EmbeddedAws) -> None:
    """Creates the domain's own validation record, as the bootstrap stack does."""
    acm, route53 = aws.client("acm", "us-east-1"), aws.client("route53", "us-east-1")
    arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    (option,) = certificate["DomainValidationOptions"]
    record = option["ResourceRecord"]
    change = {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            **{name: record[name] for name in ("Name", "Type")},
            **{"TTL": 300, "ResourceRecords": [{"Value": record["Value"]}]},
        },
    }
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": [change]})


def region(mission: Synthesised, folder: Path) -> dict[str, Any]:
    """The primary's stack with its functions' code, and with its state, in this folder."""
    outdir = folder.with_name("emitted")
    synthesise(mission.environment, outdir)
    lighten(outdir)
    stack = json.loads(stack_file(outdir, "primary").read_text())
    del stack["terraform"]["backend"]
    shutil.copytree(outdir / "stacks" / "primary" / "assets", folder / "assets")
    return stack


def apply(
    stack: dict[str, Any], folder: Path, runner: Terraform, aws: EmbeddedAws, *arguments: str
) -> subprocess.CompletedProcess[str]:
    (folder / "cdk.tf.json").write_text(json.dumps(faster(stack)))
    runner.run(folder, "init", "-input=false", **aws.variables)
    return subprocess.run(
        [runner.executable, "apply", "-auto-approve", "-input=false", "-no-color", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
        env={**runner.environ, **aws.variables},
    )


@pytest.mark.long
def test_the_region_comes_up(
    mission: Synthesised,
    runner: Terraform,
    aws: EmbeddedAws,
    tmp_path: Path,
    report: Callable[[str], None],
) -> None:
    create_outside_world(mission.environment, aws)
    validate_the_domain(mission.environment.dns.domain, aws)
    aws.delay_certificates(CERTIFICATE_SECONDS / FASTER)
    stack = region(mission, tmp_path / "primary")
    began = time.monotonic()
    applied = apply(stack, tmp_path / "primary", runner, aws)
    seconds = time.monotonic() - began
    assert applied.returncode == 0, applied.stderr
    report(
        f"a certificate of 12 minutes, in {CERTIFICATE_SECONDS / FASTER:g} s: up in {seconds:.0f} s"
    )
    assert seconds > CERTIFICATE_SECONDS / FASTER
    balancing = aws.client("elbv2", mission.environment.primary.region)
    (group,) = balancing.describe_target_groups()["TargetGroups"]
    health = balancing.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
    states = [one["TargetHealth"]["State"] for one in health["TargetHealthDescriptions"]]
    assert states == ["healthy"] * mission.environment.primary.capacity.desired


def test_a_group_that_does_not_wait_for_its_listener_fails(
    mission: Synthesised, runner: Terraform, aws: EmbeddedAws, tmp_path: Path
) -> None:
    """While no listener forwards to them, the targets are unused, and the group's wait times out.
    Only the group and its dependencies are applied, and without depends_on these include no
    listener."""
    create_outside_world(mission.environment, aws)
    stack = region(mission, tmp_path / "primary")
    # The first test has resources of the same names.
    stack = json.loads(json.dumps(stack).replace("ap-south-1", "eu-west-1"))
    (group,) = stack["resource"]["aws_autoscaling_group"].values()
    group["name"], group["wait_for_capacity_timeout"] = "another", CAPACITY_TIMEOUT
    group["depends_on"] = [one for one in group["depends_on"] if "listener" not in one]
    only_the_group = "-target=aws_autoscaling_group.auto_scaling_group"
    applied = apply(stack, tmp_path / "primary", runner, aws, only_the_group)
    said = " ".join(applied.stderr.split())
    assert applied.returncode == 1
    assert "waiting for Auto Scaling Group (another) capacity satisfied" in said
    assert "have 0" in said, said
