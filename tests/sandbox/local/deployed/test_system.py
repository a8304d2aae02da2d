"""`failover local up` deploys the whole system, which then plans clean and can be taken down."""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cdktf_cdktf_provider_aws.wafv2_web_acl import Wafv2WebAcl

from emitted import STACK_NAMES
from environments import REMOTE_STACKS, ROLES, Environment
from modules.recovery_time import recovery_time
from sandbox import embedded_aws
from sandbox.permissions.deployers import PATH as DEPLOYERS_PATH
from tests.command_line import ROOT
from tests.refresh_permissions import FOLDER, changed, needed, policies, write_changed
from tests.sandbox.local.command import TIMEOUT, lighter_local
from tests.sandbox.local.deployed.conftest import Original
from tests.sandbox.local.deployed.deploying import LIGHTER, OVER, STARTED
from tests.sandbox.local.deployed.system import EITHER, Deployed
from tests.sandbox.permissions.statements import unneeded_statements
from tests.synthesis import EXAMPLE_NAMES, Stacks, example

# Of no example.
OTHER_CIDR = "10.99.0.0/16"
# What names a web ACL.
NAMES = {"//", "name", "visibility_config"}
APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")
# What is destroyed was refreshed by the change before.
DESTROY = ("destroy", *APPLY[1:], "-refresh=false")

pytestmark = pytest.mark.slow


def test_it_deploys_every_stack_and_shows_what_there_is(
    deployed: Deployed, report: Callable[[str], None]
) -> None:
    report(f"{deployed.environment.name}, up in {deployed.seconds:.0f} s:\n{deployed.printed}")
    for stack in STACK_NAMES:
        found = re.search(rf"^{stack}: (\d+) of \1 resources in", deployed.printed, re.MULTILINE)
        assert found is not None, deployed.printed
    for role in ROLES:
        settings = deployed.environment.regional(role)
        assert settings.load_balancer in deployed.printed
        desired, zones = settings.capacity.desired, settings.zones
        each = [
            desired // len(zones) + (place < desired % len(zones)) for place in range(len(zones))
        ]
        counts = re.findall(rf"(\d+) in {settings.region}[a-z]", deployed.printed)
        assert sorted(map(int, counts), reverse=True) == each
        healthy = f"active, {desired} of {desired} targets healthy"
        assert healthy in deployed.printed
    for kind in ("PRIMARY", "SECONDARY"):
        assert f"{kind}: " in deployed.printed
    for stack in REMOTE_STACKS:
        assert f"s3://{deployed.environment.backend(stack).bucket}/" in deployed.printed


def test_the_web_acls_of_staging_are_the_missions() -> None:
    """Only the mission is deployed with them."""
    acls = {
        json.dumps({key: acl[key] for key in sorted(acl) if key not in NAMES})
        for name in ("mission", LIGHTER)
        for role in ROLES
        for acl in [Stacks(example(name))[role].only(Wafv2WebAcl)]
    }
    assert len(acls) == 1


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_the_second_plan_of_every_stack_has_no_changes(deployed: Deployed) -> None:
    """Staging's has none either: in a second `up`, and in test_bootstrap_certificate.py."""
    assert deployed.plan_exit_codes() == dict.fromkeys(STACK_NAMES, 0)


def test_the_outputs_are_right(deployed: Deployed) -> None:
    environment = deployed.environment
    for role in ROLES:
        settings, outputs = environment.regional(role), deployed.outputs(role)
        assert outputs["regional_url"] == f"https://{environment.regional_name(role)}/"
        assert outputs["auto_scaling_group_name"] == settings.auto_scaling_group
        (balancer,) = deployed.aws.client("elbv2", settings.region).describe_load_balancers()[
            "LoadBalancers"
        ]
        assert outputs["load_balancer_dns_name"] == balancer["DNSName"]
        assert outputs["vpc_id"] == balancer["VpcId"]
    outputs = deployed.outputs("global")
    assert outputs["url"] == f"https://{environment.dns.domain}/"
    assert outputs["worst_case_recovery_seconds"] == recovery_time(environment).total
    route53 = deployed.aws.client("route53", "us-east-1")
    check = route53.get_health_check(HealthCheckId=outputs["primary_health_check_id"])
    name = check["HealthCheck"]["HealthCheckConfig"]["FullyQualifiedDomainName"]
    assert name == environment.regional_name("primary")


@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
def test_a_second_up_changes_nothing(deployed: Deployed) -> None:
    again = subprocess.run(
        lighter_local("up", "-e", str(deployed.file), folder=deployed.workspace.folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert again.returncode == 0, again.stderr
    for stack in STACK_NAMES:
        assert f"{stack}: no changes" in again.stdout
    assert embedded_aws.find(deployed.workspace.folder) == deployed.aws


@pytest.mark.parametrize("deployed", EITHER, indirect=True)
def test_a_new_page_starts_new_instances_with_it(lighter: Deployed) -> None:
    settings = lighter.environment.dr
    autoscaling = lighter.aws.client("autoscaling", settings.region)

    def instances() -> set[str]:
        (group,) = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        return {instance["InstanceId"] for instance in group["Instances"]}

    before = instances()
    new_page = settings.model_copy(update={"page": "<h1>New</h1>"})
    applied = lighter.run(lighter.changed("page", "dr", dr=new_page) / "dr", *APPLY)
    assert applied.returncode == 0, applied.stderr
    assert len(instances()) == len(before)
    assert not instances() & before


def test_a_load_balancer_is_not_deleted_by_mistake(deployed: Deployed) -> None:
    for role in ROLES:
        balancing = deployed.aws.client("elbv2", deployed.environment.regional(role).region)
        (balancer,) = balancing.describe_load_balancers()["LoadBalancers"]
        with pytest.raises(ClientError, match="deletion protection is on"):
            balancing.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])


@pytest.mark.parametrize("deployed", EITHER, indirect=True)
def test_another_network_is_refused_at_plan(lighter: Deployed) -> None:
    """AWS moves no load balancer to another VPC: an apply would stop with two of them."""
    settings = lighter.environment.dr.model_copy(update={"cidr": OTHER_CIDR})
    folder = lighter.changed("moved", "dr", dr=settings) / "dr"
    refused = lighter.run(folder, "plan", "-input=false", "-no-color", "-refresh=false")
    assert refused.returncode == 1
    assert "Resource aws_vpc.vpc has lifecycle.prevent_destroy set" in " ".join(
        refused.stderr.split()
    )


@pytest.mark.long
@pytest.mark.parametrize("deployed", EITHER, indirect=True)
def test_destroying_leaves_only_what_is_protected(
    deployed: Deployed, report: Callable[[str], None]
) -> None:
    """In docs/deploying.md's order, once an operator's changes let load balancers and logs go."""
    quickly = ("-auto-approve", "-input=false", "-no-color", "-refresh=false")
    refused = deployed.run("primary", "destroy", *quickly)
    assert refused.returncode == 1
    assert "Resource aws_lb.load_balancer has lifecycle.prevent_destroy set" in " ".join(
        refused.stderr.split()
    )
    outdir = deployed.workspace.folder / deployed.environment.name / "changed"
    stacks = write_changed(deployed.environment, outdir)
    deployed.prepare(outdir)
    deployed.make_ready(outdir)
    for names in (["bootstrap"], ["primary", "dr"], ["global"]):
        side_by_side(lambda stack: done(deployed, stacks / stack, *APPLY), names)
    for names in (["global"], ["dr", "primary"]):
        for said in side_by_side(lambda stack: done(deployed, stacks / stack, *DESTROY), names):
            assert "Destroy complete!" in said
    if deployed.deployers:
        needed_all_they_may(deployed)
    assert left(deployed) == []
    if not deployed.deployers:
        takes_another_network(deployed)
    refused = deployed.run("bootstrap", "destroy", *quickly)
    assert refused.returncode == 1
    said = " ".join(refused.stderr.split())
    for bucket in ("switch", *(f"{stack}_state" for stack in REMOTE_STACKS)):
        assert f"Resource aws_s3_bucket.{bucket} has lifecycle.prevent_destroy set" in said
    assert "aws_route53_record.domain_validation_" in said
    states = {deployed.environment.backend(stack).bucket for stack in REMOTE_STACKS}
    buckets = {*(place.bucket for place in deployed.environment.switch_places), *states}
    found = deployed.aws.client("s3", "us-east-1").list_buckets()["Buckets"]
    assert {bucket["Name"] for bucket in found} == buckets
    report(f"destroyed {deployed.environment.name}; protected: {', '.join(sorted(buckets))}")


def needed_all_they_may(deployed: Deployed) -> None:
    """What deployers needed, from the first apply on, makes the policies that docs/permissions has,
    and none of those has a statement too many."""
    stacks = deployed.workspace.outdir(deployed.environment.name) / "stacks"
    found = policies(deployed.aws, stacks, STACK_NAMES)
    kept = {file.name: file.read_text() for file in FOLDER.glob("*.json")}
    assert found == kept, "make permissions"
    for stack in STACK_NAMES:
        assert unneeded_statements(kept, stack, needed(deployed.aws, stack)) == []


def side_by_side(act: Callable[[str], str], stacks: Sequence[str]) -> list[str]:
    """Terraform waits most of the time."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(act, stacks))


def done(deployed: Deployed, folder: Path, *arguments: str) -> str:
    finished = deployed.run(folder, *arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def takes_another_network(destroyed: Deployed) -> None:
    """A destroyed region does, as docs/changing.md says. Its tags are those of before: moto's
    outlive what they are on."""
    deployed = replace(destroyed, environment=changed(destroyed.environment))
    settings = deployed.environment.dr.model_copy(update={"cidr": OTHER_CIDR})
    folder = deployed.changed("elsewhere", "dr", dr=settings) / "dr"
    done(deployed, folder, *APPLY)
    done(deployed, folder, "plan", "-detailed-exitcode", "-input=false", "-no-color")
    done(deployed, folder, *DESTROY)


def left(deployed: Deployed) -> list[Any]:
    """What the stacks create, and a new account does not have."""
    found: list[Any] = []
    for role in ROLES:
        region = deployed.environment.regional(role).region
        ec2 = deployed.aws.client("ec2", region)
        found += [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
        found += ec2.describe_launch_templates()["LaunchTemplates"]
        running = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopped"]}]
        found += ec2.describe_instances(Filters=running)["Reservations"]
        found += ec2.describe_addresses()["Addresses"]
        elb = deployed.aws.client("elbv2", region)
        found += elb.describe_load_balancers()["LoadBalancers"]
        found += elb.describe_target_groups()["TargetGroups"]
        autoscaling = deployed.aws.client("autoscaling", region)
        found += autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    for region in {*(deployed.environment.regional(role).region for role in ROLES), "us-east-1"}:
        found += deployed.aws.client("lambda", region).list_functions()["Functions"]
        found += deployed.aws.client("sqs", region).list_queues().get("QueueUrls", [])
        found += deployed.aws.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
        found += deployed.aws.client("logs", region).describe_log_groups()["logGroups"]
        found += deployed.aws.client("events", region).list_rules()["Rules"]
    roles = deployed.aws.client("iam", "us-east-1").list_roles()["Roles"]
    found += [role for role in roles if role["Path"] != DEPLOYERS_PATH]
    route53 = deployed.aws.client("route53", "us-east-1")
    found += route53.list_health_checks()["HealthChecks"]
    for zone in route53.list_hosted_zones()["HostedZones"]:
        records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        found += [
            record
            for record in records
            # Bootstrap's stays: ACM renews by it whatever certificate of the domain there is.
            if record["Type"] not in {"NS", "SOA"} and not of_acm(record, deployed.environment)
        ]
    return found


def of_acm(record: dict[str, Any], environment: Environment) -> bool:
    """Whether ACM validates the domain itself by this record."""
    label, _, name = record["Name"].partition(".")
    return label.startswith("_") and name == f"{environment.dns.domain}."


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_nothing_is_written_outside_the_folder(name: str, original: Original) -> None:
    deployed = original(name)
    assert not (ROOT / ".terraform").exists()
    folder = deployed.workspace.folder
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, STARTED, OVER}
    assert (folder / deployed.environment.name / "cdktf.out").is_dir()
    states = list(Path(folder).rglob("bootstrap.*.tfstate"))
    assert len(states) == 1
