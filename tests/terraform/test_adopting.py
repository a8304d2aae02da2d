"""docs/adopting.md, followed to the letter on a system that was built by hand."""

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from environments import ROLES, Environment, ExistingNetwork, Role
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.outside_world import create_outside_world
from tests.lighter_stacks import lighten
from tests.state_buckets import create_state_buckets
from tests.synthesis import example, synthesise
from tests.terraform.importing import FILE, import_blocks, import_with_next_plan
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parent.parent.parent / "docs" / "adopting.md"
SET_IDENTIFIERS = {"PRIMARY": "awspractice-Primary", "SECONDARY": "awspractice-Secondary"}


class HandBuilt:
    """The mission's system as its author clicked it together, in both regions' default VPCs."""

    def __init__(self, environment: Environment, aws: EmbeddedAws) -> None:
        self.environment = environment
        self._aws = aws
        self.networks: dict[Role, ExistingNetwork] = {}
        self.names: dict[str, dict[str, str]] = {}
        self._balancers: dict[Role, dict[str, Any]] = {}
        for role in ROLES:
            self._region(role)
        self._records()

    def _region(self, role: Role) -> None:
        settings = self.environment.regional(role)
        ec2 = self._aws.client("ec2", settings.region)
        subnets = ec2.describe_subnets(
            Filters=[{"Name": "availability-zone", "Values": settings.zones}]
        )["Subnets"]
        ids, vpc = [subnet["SubnetId"] for subnet in subnets], subnets[0]["VpcId"]
        allowed = ec2.create_security_group(GroupName="by hand", Description="-", VpcId=vpc)
        self.networks[role] = ExistingNetwork(
            vpc_id=vpc,
            public_subnets=ids,
            private_subnets=ids,
            load_balancer_security_groups=[allowed["GroupId"]],
        )
        template = ec2.create_launch_template(
            LaunchTemplateName=settings.launch_template,
            LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t2.micro"},
        )["LaunchTemplate"]["LaunchTemplateId"]
        balancing = self._aws.client("elbv2", settings.region)
        (balancer,) = balancing.create_load_balancer(
            Name=settings.load_balancer, Subnets=ids, SecurityGroups=[allowed["GroupId"]]
        )["LoadBalancers"]
        group = balancing.create_target_group(
            Name=settings.target_group, Protocol="HTTP", Port=80, VpcId=vpc
        )["TargetGroups"][0]["TargetGroupArn"]
        listener = balancing.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Listeners"][0]["ListenerArn"]
        self._aws.client("autoscaling", settings.region).create_auto_scaling_group(
            AutoScalingGroupName=settings.auto_scaling_group,
            LaunchTemplate={"LaunchTemplateId": template, "Version": "$Default"},
            MinSize=settings.capacity.min,
            MaxSize=settings.capacity.max,
            VPCZoneIdentifier=",".join(ids),
            TargetGroupARNs=[group],
        )
        self._balancers[role] = balancer
        self.names[role] = {
            "LAUNCH_TEMPLATE_ID": template,
            "AUTO_SCALING_GROUP_NAME": settings.auto_scaling_group,
            "LOAD_BALANCER_ARN": balancer["LoadBalancerArn"],
            "TARGET_GROUP_ARN": group,
            "LISTENER_ARN": listener,
        }

    def _records(self) -> None:
        route53 = self._aws.client("route53", "us-east-1")
        domain = self.environment.dns.domain
        (zone,) = route53.list_hosted_zones_by_name(DNSName=domain, MaxItems="1")["HostedZones"]
        zone_id = zone["Id"].removeprefix("/hostedzone/")
        check = route53.create_health_check(
            CallerReference="by hand",
            HealthCheckConfig={
                "Type": "HTTP",
                "FullyQualifiedDomainName": self._balancers["primary"]["DNSName"],
                "Port": 80,
                "ResourcePath": "/",
                "RequestInterval": self.environment.health_check.interval,
                "FailureThreshold": 3,
            },
        )["HealthCheck"]["Id"]
        roles: dict[str, Role] = {"PRIMARY": "primary", "SECONDARY": "dr"}
        for kind, role in roles.items():
            record = {
                "Name": domain,
                "Type": "A",
                "SetIdentifier": SET_IDENTIFIERS[kind],
                "Failover": kind,
                "AliasTarget": {
                    "HostedZoneId": self._balancers[role]["CanonicalHostedZoneId"],
                    "DNSName": self._balancers[role]["DNSName"],
                    "EvaluateTargetHealth": True,
                },
                **({"HealthCheckId": check} if kind == "PRIMARY" else {}),
            }
            change = {"Action": "CREATE", "ResourceRecordSet": record}
            route53.change_resource_record_sets(
                HostedZoneId=zone_id, ChangeBatch={"Changes": [change]}
            )
        self.names["global"] = {
            "HEALTH_CHECK_ID": check,
            **{
                f"ZONE_ID_DOMAIN_A_{kind}_SET_IDENTIFIER": f"{zone_id}_{domain}_A_{identifier}"
                for kind, identifier in SET_IDENTIFIERS.items()
            },
        }

    def described(self) -> Environment:
        """Step 1: production's file, with the networks and identifiers that exist."""
        regions = {
            role: self.environment.regional(role).model_copy(
                update={"cidr": None, "existing_network": network}
            )
            for role, network in self.networks.items()
        }
        dns = self.environment.dns.model_copy(
            update={
                "primary_set_identifier": SET_IDENTIFIERS["PRIMARY"],
                "secondary_set_identifier": SET_IDENTIFIERS["SECONDARY"],
            }
        )
        return self.environment.model_copy(update={**regions, "dns": dns, "tls": False})


def imports(names: dict[str, str]) -> dict[str, str]:
    """Step 2: the guide's import blocks for the stack whose things have these names, as IDs by
    address."""
    found = import_blocks(GUIDE.read_text())
    return {address: names[what] for address, what in found if what in names}


@pytest.mark.long
def test_adopting_destroys_nothing(
    aws: EmbeddedAws, runner: Terraform, tmp_path: Path, report: Callable[[str], None]
) -> None:
    mission = example("mission")
    create_outside_world(mission, aws)
    create_state_buckets(mission, aws)
    hand_built = HandBuilt(mission, aws)
    synthesise(hand_built.described(), tmp_path)
    lighten(tmp_path)
    *regions, last = hand_built.names

    def adopted(stack: str) -> str:
        folder = tmp_path / "stacks" / stack
        return adopt(folder, hand_built.names[stack], partial(runner.run, folder, **aws.variables))

    with ThreadPoolExecutor() as pool:
        for said in (*pool.map(adopted, regions), adopted(last)):
            report(said)


def adopt(
    folder: Path, names: dict[str, str], run: Callable[..., subprocess.CompletedProcess[str]]
) -> str:
    """Steps 2 to 4 for the stack in this folder. Returns what they did."""
    ids = imports(names)
    assert len(ids) == len(names)
    import_with_next_plan(folder, ids)
    run("init", "-input=false")
    printed = run("plan", "-input=false", "-json", "-out=plan").stdout
    events = [json.loads(line) for line in printed.splitlines()]
    changes = [event["change"] for event in events if event["type"] == "planned_change"]
    actions = {
        change["resource"]["addr"]: change["action"]
        for change in changes
        if not change["resource"]["addr"].startswith("data.")
    }
    changed = ", ".join(what for what, action in actions.items() if action == "update")
    created = sum(action == "create" for action in actions.values())
    assert set(actions.values()) <= {"create", "update"}
    imported = {change["resource"]["addr"] for change in changes if "importing" in change}
    assert imported == set(ids)
    run("apply", "-input=false", "plan")
    (folder / FILE).unlink()
    # exits with 2, which fails the test, where anything is left to change
    run("plan", "-input=false", "-detailed-exitcode")
    return f"adopting {folder.name}: creates {created}, changes in place {changed}"
