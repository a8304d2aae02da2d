"""Every pair of options of an environment file, applied by the real Terraform to the embedded AWS.

The files are those of tests/environments/pairs.py. They are spread over a few embedded AWSs, as
over accounts, and in each the same stacks of all files are applied by one Terraform, in the order
of a deployment (tests/merged_stacks.py says what that leaves out; tests/operations/local applies
both examples as they are). Nothing is refused, and the second plan of every stack is clean.
"""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from environments import Environment, Role
from environments.loading import check
from operations.embedded_aws import EmbeddedAws, started
from operations.embedded_aws.account import ELASTIC_IPS, VCPUS, VPCS
from operations.local.outside_world import create_hosted_zone
from tests.environments import pairs
from tests.environments.pairs import File
from tests.merged_stacks import MergedStacks
from tests.synthesis import Stack, synthesise
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

# Side by side. A region takes ten CloudWatch Logs resource policies, so no AWS has more files:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
ACCOUNTS = 3
ORDER = (("bootstrap",), ("primary", "dr"), ("global",))
NUMBERS = range(len(pairs.rows()))


@dataclass(frozen=True)
class Account:
    """Some of the files in an embedded AWS of their own."""

    number: int
    aws: EmbeddedAws
    folder: Path
    environments: dict[str, Environment]
    stacks: dict[str, dict[str, Stack]]


class Networks:
    """VPCs that are there before a file names them."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._aws = aws

    def __call__(self, _role: Role, table: File) -> File:
        ec2 = self._aws.client("ec2", table["region"])
        ipv6 = table["existing_network"]["ipv6"]
        vpc = ec2.create_vpc(CidrBlock="172.20.0.0/16", AmazonProvidedIpv6CidrBlock=ipv6)["Vpc"]
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], **{attribute: {"Value": True}})
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc["VpcId"])
        blocks = (
            vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].removesuffix("00::/56")
            if ipv6
            else ""
        )
        tiers = (("public_subnets", 0), ("private_subnets", 100))
        return {
            "vpc_id": vpc["VpcId"],
            "load_balancer_security_groups": [
                ec2.create_security_group(
                    GroupName="there", Description="there", VpcId=vpc["VpcId"]
                )["GroupId"]
            ],
            "ipv6": ipv6,
            **{
                tier: [
                    ec2.create_subnet(
                        VpcId=vpc["VpcId"],
                        CidrBlock=f"172.20.{first + place}.0/24",
                        AvailabilityZone=zone,
                        **({"Ipv6CidrBlock": f"{blocks}{first + place:02x}::/64"} if ipv6 else {}),
                    )["Subnet"]["SubnetId"]
                    for place, zone in enumerate(table["zones"])
                ]
                for tier, first in tiers
            },
        }


def deployed(number: int, aws: EmbeddedAws, folder: Path) -> Account:
    """What an account has before Terraform comes: quotas, zones, networks; and the stacks."""
    for quota in (VCPUS, ELASTIC_IPS, VPCS):
        aws.allow(quota.code, 1000)
    networks, environments = Networks(aws), dict[str, Environment]()
    for place in NUMBERS[number::ACCOUNTS]:
        file = pairs.with_networks(pairs.file(pairs.rows()[place], place), networks)
        environment = check(file, f"file {place}")
        create_hosted_zone(environment, aws)
        environments[f"p{place:02d}"] = environment
    stacks = {
        prefix: synthesise(environment, folder / prefix)
        for prefix, environment in environments.items()
    }
    return Account(number, aws, folder, environments, stacks)


@pytest.fixture(scope="module")
def taggable(runner: Terraform, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The resource types to whose tags the provider adds its default ones."""
    folder = tmp_path_factory.mktemp("schema")
    content = MergedStacks(()).configuration
    (folder / "main.tf.json").write_text(json.dumps({"terraform": content["terraform"]}))
    runner.run(folder, "init", "-input=false")
    schemas = runner.json(folder, "providers", "schema", "-json")["provider_schemas"]
    resources = schemas["registry.terraform.io/hashicorp/aws"]["resource_schemas"]
    return [
        kind for kind, schema in resources.items() if "tags_all" in schema["block"]["attributes"]
    ]


@pytest.fixture(scope="module")
def accounts(
    runner: Terraform, taggable: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[Account, dict[str, str]]]]:
    """Each account, and what Terraform said of each of its steps; nothing where all went well."""
    with ExitStack() as stack:
        ready: list[Account] = []
        for number in range(ACCOUNTS):
            folder = tmp_path_factory.mktemp(f"account{number}")
            one = stack.enter_context(started(folder / "aws"))
            ready.append(deployed(number, one.aws, folder))
        with ThreadPoolExecutor(ACCOUNTS) as pool:
            said = pool.map(lambda account: apply_all(account, taggable, runner), ready)
            yield list(zip(ready, said, strict=True))


def apply_all(account: Account, taggable: list[str], runner: Terraform) -> dict[str, str]:
    """Applies the stacks in order; then plans each again."""
    folders: dict[str, Path] = {}
    for names in ORDER:
        merged = MergedStacks(taggable)
        for prefix, stacks in account.stacks.items():
            for name in names:
                emitted = account.folder / prefix / "stacks" / name
                merged.add(f"{prefix}_{name}", stacks[name], emitted)
        step = "-".join(names)
        folder = folders[step] = account.folder / step
        folder.mkdir()
        (folder / "main.tf.json").write_text(json.dumps(merged.configuration, indent=1))
    said: dict[str, str] = {}
    for step, folder in folders.items():
        terraform(account, runner, folder, "init", "-input=false")
        said[f"apply {step}"] = terraform(
            account, runner, folder, "apply", "-auto-approve", "-input=false", "-parallelism=60"
        )
    for step, folder in folders.items():
        said[f"plan {step}"] = terraform(
            account, runner, folder, "plan", "-detailed-exitcode", "-input=false", "-parallelism=60"
        )
    return said


def terraform(account: Account, runner: Terraform, folder: Path, *arguments: str) -> str:
    """What it says where it fails, or where the plan is not clean; else nothing."""
    finished = subprocess.run(
        [runner.executable, *arguments, "-no-color"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**runner.environ, **account.aws.variables},
    )
    if finished.returncode == 0:
        return ""
    changes = [line for line in finished.stdout.splitlines() if line.startswith("  # ")]
    return "\n".join([finished.stderr, *changes, finished.stdout[-2000:]])


Accounts = list[tuple[Account, dict[str, str]]]


def test_nothing_is_refused_and_the_second_plan_is_clean(accounts: Accounts) -> None:
    for account, said in accounts:
        for step, words in said.items():
            assert words == "", f"account {account.number}, {step}:\n{words}"


def test_every_file_is_there(accounts: Accounts) -> None:
    """The load balancers of every file, in both of its regions."""
    found: set[tuple[str, str]] = set()
    wanted: set[tuple[str, str]] = set()
    for account, _ in accounts:
        for environment in account.environments.values():
            for settings in (environment.primary, environment.dr):
                wanted.add((settings.region, settings.load_balancer))
        for region in {region for region, _ in wanted}:
            found |= balancers(account.aws, region)
    assert len(wanted) == 2 * len(NUMBERS)
    assert wanted <= found


def balancers(aws: EmbeddedAws, region: str) -> set[tuple[str, str]]:
    pages: Any = aws.client("elbv2", region).get_paginator("describe_load_balancers").paginate()
    return {(region, one["LoadBalancerName"]) for page in pages for one in page["LoadBalancers"]}
