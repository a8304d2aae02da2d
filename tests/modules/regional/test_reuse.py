"""A region reused in another application: by itself, next to another, several in one stack."""

import re
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformProvider, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from environments import Alarms, RegionalSettings
from modules.hosted_zone import HostedZone
from modules.regional import LogSettings, Regional, RegionalAlarms, RegionalDns
from modules.user_data import Workload
from tests.synthesis import Stack, Testing, example

HASH = re.compile(r"_[0-9A-F]{8}$")
REFERENCE = re.compile(r"\b(?:data\.)?(aws_[a-z0-9_]+)\.([A-Za-z0-9_-]+)")


def regional(
    scope: Construct,
    id: str,
    settings: RegionalSettings | None = None,
    provider: TerraformProvider | None = None,
) -> Regional:
    """A region and its alarms, with the minimum that they need."""
    settings = settings or example("mission").primary
    region = Regional(
        scope,
        id,
        name=f"shop-{settings.region}",
        settings=settings,
        workload=Workload(page="<h1>A shop</h1>"),
        dns=RegionalDns(
            names=["shop.example.com"],
            regional_name=f"{settings.region}.shop.example.com",
            zone=HostedZone("Z0123456789ABCDEFGHIJ"),
        ),
        logs=LogSettings(
            bucket=f"shop-logs-{settings.region}", days=30, force_destroy=False, key_arn=None
        ),
        provider=provider,
    )
    RegionalAlarms(
        scope,
        f"{id}_alarms",
        prefix=f"shop-{settings.region}",
        region=settings.region,
        watched=region.watched,
        thresholds=Alarms(),
        topic_arn="arn:aws:sns:eu-west-1:123456789012:alerts",
        depends_on=[region.auto_scaling_group],
        provider=provider,
    )
    return region


def addresses(stack: Stack) -> set[str]:
    return {f"{kind}.{name}" for kind, found in stack.json["resource"].items() for name in found}


def dangling(stack: Stack) -> set[str]:
    """References to resources that do not exist."""
    there = {name for kind in ("resource", "data") for name in flat(stack.json.get(kind, {}))}
    return {".".join(found) for found in REFERENCE.findall(stack.text)} - there


def flat(kinds: dict[str, Any]) -> set[str]:
    return {f"{kind}.{name}" for kind, found in kinds.items() for name in found}


@pytest.fixture(scope="module")
def alone() -> Stack:
    return Stack(Testing.synth_scope(lambda scope: regional(scope, "regional")))


def test_a_region_is_tried_in_a_scope_of_its_own(alone: Stack) -> None:
    assert {"aws_vpc.vpc", "aws_lb.load_balancer", "aws_s3_bucket.logs"} < addresses(alone)
    assert not dangling(alone)


def test_any_other_id_starts_every_address(alone: Stack) -> None:
    stack = Stack(Testing.synth_scope(lambda scope: regional(scope, "x")))
    assert {"aws_vpc.x_vpc", "aws_s3_bucket.x_logs", "aws_s3_bucket_policy.x_logs_policy"} < (
        addresses(stack)
    )
    of_the_region = {one for one in addresses(stack) if "alarm" not in one}
    without = {one.replace(".x_", ".") for one in of_the_region}
    assert all(".x_" in one for one in of_the_region)
    assert without == {one for one in addresses(alone) if "alarm" not in one}
    assert not dangling(stack)


def test_no_address_has_a_hash(alone: Stack) -> None:
    assert not [one for one in addresses(alone) if HASH.search(one)]


def test_two_regions_in_two_stacks_of_one_application(tmp_path: Path, alone: Stack) -> None:
    app = App(outdir=str(tmp_path))
    mission = example("mission")
    for settings in (mission.primary, mission.dr):
        stack = TerraformStack(app, settings.region)
        AwsProvider(stack, "aws", region=settings.region)
        regional(stack, "regional", settings)
    app.synth()
    for settings in (mission.primary, mission.dr):
        emitted = Stack((tmp_path / "stacks" / settings.region / "cdk.tf.json").read_text())
        assert addresses(emitted) == addresses(alone)
        assert emitted.only(Vpc)["cidr_block"] == settings.cidr


def two_in_one(scope: TerraformStack) -> None:
    mission = example("mission")
    for id, settings in (("first", mission.primary), ("second", mission.dr)):  # noqa: A001
        provider = AwsProvider(scope, f"aws-{id}", alias=id, region=settings.region)
        regional(scope, id, settings, provider)


def test_two_regions_in_one_stack_with_a_provider_each(alone: Stack) -> None:
    stack = Stack(Testing.synth_scope(two_in_one))
    assert {"aws_vpc.first_vpc", "aws_vpc.second_vpc"} < addresses(stack)
    assert len(addresses(stack)) == 2 * len(addresses(alone))
    assert not [one for one in addresses(stack) if HASH.search(one)]
    assert not dangling(stack)
    for section in ("resource", "data"):
        for kind, found in stack.json[section].items():
            for name, body in found.items():
                owner = name.partition("_")[0]
                assert body["provider"] == f"aws.{owner}", f"{section} {kind}.{name}"


def test_neither_region_refers_to_the_other() -> None:
    stack = Stack(Testing.synth_scope(two_in_one))
    for found in stack.json["resource"].values():
        for name, body in found.items():
            owner = name.partition("_")[0]
            referred = {other for _, other in REFERENCE.findall(str(body))}
            assert {other.partition("_")[0] for other in referred} <= {owner}, name
    subnets = stack.resources(Subnet)
    assert all(
        body["vpc_id"] == f"${{aws_vpc.{name.partition('_')[0]}_vpc.id}}"
        for name, body in subnets.items()
    )


def test_a_region_nests_in_a_construct_of_ones_own() -> None:
    def fill(scope: TerraformStack) -> None:
        regional(Construct(scope, "shop"), "regional")
        regional(Construct(scope, "office"), "regional")

    found = addresses(Stack(Testing.synth_scope(fill)))
    assert {"aws_vpc.shop_vpc", "aws_vpc.office_vpc"} < found
