"""A throw-away copy on an embedded AWS, end to end: deployed, drilled, and destroyed."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from environments import ROLES, Environment
from modules.regions import GLOBAL_REGION
from operations.preflight.account import Account
from operations.preflight.commands import preflight
from proof.drill.delivering import connected
from proof.drill.evidence import write
from proof.drill.live.ephemeral import run as ephemeral
from proof.drill.live.ephemeral.copy import copy_of
from proof.drill.live.ephemeral.stacks import emit
from proof.drill.live.ephemeral.terraforming import Copy
from proof.drill.live.evidence import evidence
from proof.drill.live.means import means_of
from sandbox.embedded_aws import ACCOUNT, EmbeddedAws, cloned
from sandbox.local.outside_world import create_outside_world
from tests.lighter_stacks import lighten
from tests.operations.preflight.checking import servers
from tests.sandbox.local.deployed.live_drilling import drilled
from tests.synthesis import EXAMPLES, example
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

NAME = "thursday"
OF_THE_ZONE = {"NS", "SOA"}


@pytest.fixture
def account(new_aws: EmbeddedAws, tmp_path: Path) -> Iterator[EmbeddedAws]:
    """With nothing but the hosted zone."""
    with cloned(new_aws, tmp_path / "aws") as one:
        one.aws.allow_vcpus(64)
        create_outside_world(example("staging"), one.aws)
        yield one.aws


def emit_lighter(environment: Environment, outdir: Path) -> None:
    """Without web ACLs, which make Terraform slow."""
    emit(environment, outdir)
    lighten(outdir)


@pytest.mark.long
def test_it_is_deployed_drilled_and_destroyed(
    account: EmbeddedAws, runner: Terraform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ephemeral, "emit", emit_lighter)
    connect, told = connected(account), StringIO()
    settings = ephemeral.EphemeralSettings(
        str(EXAMPLES / "staging.toml"), NAME, tmp_path / "out", tmp_path / "ephemeral"
    )
    outdir = Copy(NAME, lambda: pytest.fail("no Terraform"), settings.folder).outdir

    def drill(environment: Environment) -> None:
        live, result = drilled(account, environment, means_of(environment, connect), outdir)
        write(settings.output, evidence(live, result, chosen=NAME, where="on loopback"))
        assert result.holds, result.verdicts

    def resolve(_name: str, kind: str) -> list[str]:
        return servers(account, example("staging")) if kind == "NS" else []

    def check(environment: Environment, console: Console) -> None:
        preflight(Account(environment, client=connect, resolve=resolve), console)

    ephemeral.run(
        settings,
        Console(file=told, width=200),
        confirm=lambda _: f"{ACCOUNT} {NAME}.www.staging.example.com",
        drill=drill,
        check=check,
        connect=connect,
        environ={**runner.environ, **account.variables},
    )
    found = json.loads((settings.output / "evidence.json").read_text())
    assert found["domain"] == f"{NAME}.www.staging.example.com"
    assert found["holds"]
    assert f"{NAME}.www.staging.example.com existed for" in told.getvalue()
    assert "ready for the first apply" in told.getvalue()
    assert left_of(account, copy_of(example("staging"), NAME)) == []
    assert not (settings.folder / NAME).exists()


def left_of(aws: EmbeddedAws, environment: Environment) -> list[str]:
    """Whatever is in the account but what was there before."""
    route53 = aws.client("route53", GLOBAL_REGION)
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    left = [one["Name"] for one in records if one["Type"] not in OF_THE_ZONE]
    left += [one["Id"] for one in route53.list_health_checks()["HealthChecks"]]
    left += [one["Name"] for one in aws.client("s3", GLOBAL_REGION).list_buckets()["Buckets"]]
    roles = aws.client("iam", GLOBAL_REGION).list_roles()["Roles"]
    left += [one["RoleName"] for one in roles if not one["Path"].startswith("/aws-service-role/")]
    for role in ROLES:
        left += _left_in(aws, environment.regional(role).region)
    return left


def _left_in(aws: EmbeddedAws, region: str) -> list[str]:
    ec2, elb = aws.client("ec2", region), aws.client("elbv2", region)
    left = [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"]]
    left += [
        instance["InstanceId"]
        for reservation in ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] != "terminated"
    ]
    left += [one["LoadBalancerName"] for one in elb.describe_load_balancers()["LoadBalancers"]]
    functions = aws.client("lambda", region).list_functions()["Functions"]
    alarms = aws.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
    logs = aws.client("logs", region).describe_log_groups()["logGroups"]
    left += [one["FunctionName"] for one in functions] + [one["AlarmName"] for one in alarms]
    return left + [one["logGroupName"] for one in logs]
