"""The addresses that a module gives its resources, and the provider."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformOutput, TerraformProvider, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from modules.account import account_id
from modules.module import DEFAULT, Module
from tests.synthesis import Stack, Testing

ROOT = Path(__file__).parent.parent.parent


class Inner(Module):
    """One VPC, and the account's ID."""

    def __init__(
        self, scope: Construct, id: str, *, provider: TerraformProvider | None = None
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self.vpc = Vpc(self, "vpc", tags={"Account": account_id(self)})


class OuterPart(Module):
    def __init__(
        self, scope: Construct, id: str, *inner: str, provider: TerraformProvider | None = None
    ) -> None:
        super().__init__(scope, id, provider=provider)
        for one in inner:
            Inner(self, one)


def emitted(fill: Any) -> Stack:
    return Stack(Testing.synth_scope(fill))


def vpcs(fill: Any) -> set[str]:
    return set(emitted(fill).resources(Vpc))


def test_a_module_called_as_its_class_adds_nothing() -> None:
    assert vpcs(lambda scope: Inner(scope, "inner")) == {"vpc"}
    assert vpcs(lambda scope: OuterPart(scope, "outer_part", "inner")) == {"vpc"}


def test_any_other_id_starts_the_addresses() -> None:
    assert vpcs(lambda scope: Inner(scope, "first")) == {"first_vpc"}
    assert vpcs(lambda scope: OuterPart(scope, "outer_part", "inner", "b")) == {"vpc", "b_vpc"}
    assert vpcs(lambda scope: OuterPart(scope, "east", "inner", "b")) == {"east_vpc", "east_b_vpc"}


def test_whoever_comes_first_has_no_say_in_it() -> None:
    def added(*ids: str) -> set[str]:
        return vpcs(lambda scope: [Inner(scope, id) for id in ids])  # noqa: A001

    assert added("inner", "b") == added("b", "inner") == {"vpc", "b_vpc"}


def test_other_constructs_start_the_addresses_too() -> None:
    def fill(scope: TerraformStack) -> None:
        inside = Construct(Construct(scope, "theirs"), "Default")
        Inner(inside, "inner")
        Inner(inside, "b")

    assert vpcs(fill) == {"theirs_vpc", "theirs_b_vpc"}


def test_a_construct_between_two_modules_takes_nothing_away() -> None:
    def fill(scope: TerraformStack) -> None:
        east = OuterPart(scope, "east", provider=aliased(scope, "one"))
        Inner(Construct(east, "theirs"), "inner")

    stack = emitted(fill)
    assert stack.resources(Vpc)["east_theirs_vpc"]["provider"] == "aws.one"


def test_an_output_of_a_module_is_called_after_it() -> None:
    def fill(scope: TerraformStack) -> None:
        for id in ("outer_part", "east"):  # noqa: A001
            TerraformOutput(OuterPart(scope, id), "url", value=id)

    assert emitted(fill).outputs == {"url": "outer_part", "east_url": "east"}


def test_a_reference_follows_the_address() -> None:
    def fill(scope: TerraformStack) -> None:
        TerraformOutput(scope, "id", value=Inner(scope, "first").vpc.id)

    assert emitted(fill).outputs == {"id": "${aws_vpc.first_vpc.id}"}


def test_the_modules_own_resource_is_called_after_it() -> None:
    class Own(Module):
        def __init__(self, scope: Construct, id: str) -> None:
            super().__init__(scope, id)
            Vpc(self, DEFAULT)

    assert vpcs(lambda scope: Own(scope, "first")) == {"first"}


def test_arguments_by_keyword_change_nothing() -> None:
    def fill(scope: TerraformStack) -> None:
        east = OuterPart(scope=scope, id="east", provider=aliased(scope, "one"))
        Vpc(scope=east, id_="one")
        Vpc(east, id_="two")

    found = emitted(fill).resources(Vpc)
    assert {name: body["provider"] for name, body in found.items()} == {
        "east_one": "aws.one",
        "east_two": "aws.one",
    }


def test_what_terraform_takes_in_no_name_is_left_out() -> None:
    assert vpcs(lambda scope: Inner(scope, "eu-west-1 (a)")) == {"eu-west-1a_vpc"}


def collide_with_the_stack(scope: TerraformStack) -> None:
    Vpc(scope, "vpc")
    Inner(scope, "inner")


def collide_by_joining(scope: TerraformStack) -> None:
    OuterPart(scope, "a", "b")
    Inner(scope, "a_b")


def collide_by_what_is_left_out(scope: TerraformStack) -> None:
    Inner(scope, "a.b")
    Inner(scope, "ab")


@pytest.mark.parametrize(
    ("fill", "address"),
    [
        (collide_with_the_stack, "vpc"),
        (collide_by_joining, "a_b_vpc"),
        (collide_by_what_is_left_out, "ab_vpc"),
    ],
)
def test_two_resources_of_one_address_are_refused(fill: Any, address: str) -> None:
    """cdktf would write only one of them."""
    with pytest.raises(ValueError, match=f"^{address}: a Vpc of this stack has this address"):
        Testing.synth_scope(fill)


def test_two_stacks_do_not_collide(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    for name in ("a", "b"):
        stack = TerraformStack(app, name)
        AwsProvider(stack, "aws", region="eu-west-1")
        Inner(stack, "inner")
    app.synth()
    for name in ("a", "b"):
        found = Stack((tmp_path / "stacks" / name / "cdk.tf.json").read_text())
        assert set(found.resources(Vpc)) == {"vpc"}


def aliased(scope: TerraformStack, name: str) -> TerraformProvider:
    return AwsProvider(scope, name, alias=name, region="eu-west-1")


def test_all_of_a_module_has_its_provider() -> None:
    def fill(scope: TerraformStack) -> None:
        OuterPart(scope, "east", "inner", "b", provider=aliased(scope, "one"))
        Vpc(OuterPart(scope, "own"), "vpc", provider=aliased(scope, "two"))
        Vpc(
            OuterPart(scope, "both", provider=aliased(scope, "three")),
            "vpc",
            provider=aliased(scope, "four"),
        )

    stack = emitted(fill)
    assert {name: body["provider"] for name, body in stack.resources(Vpc).items()} == {
        "east_vpc": "aws.one",
        "east_b_vpc": "aws.one",
        "own_vpc": "aws.two",
        "both_vpc": "aws.four",
    }


def test_each_provider_has_its_account_looked_up_once() -> None:
    def fill(scope: TerraformStack) -> None:
        Inner(scope, "inner")
        Inner(scope, "b")
        OuterPart(scope, "east", "inner", "b", provider=aliased(scope, "one"))

    stack = emitted(fill)
    looked_up = stack.json["data"][DataAwsCallerIdentity.TF_RESOURCE_TYPE]
    assert looked_up == {"account": {}, "east_account": {"provider": "aws.one"}}
    asked = {name: body["tags"]["Account"] for name, body in stack.resources(Vpc).items()}
    own = "${data.aws_caller_identity.account.account_id}"
    east = "${data.aws_caller_identity.east_account.account_id}"
    assert asked == {"vpc": own, "b_vpc": own, "east_vpc": east, "east_b_vpc": east}


WITHOUT_PREPARATION = """
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.vpc import Vpc
from modules.module import Module

app = App(outdir={outdir!r})
stack = TerraformStack(app, "stack")
AwsProvider(stack, "aws", region="eu-west-1")
Vpc(Module(stack, "first"), "vpc")
app.synth()
"""


@pytest.mark.slow
def test_an_application_of_ones_own_prepares_nothing(tmp_path: Path) -> None:
    """Addresses depend neither on `bindings` nor on import order: another address is another
    resource."""
    program = WITHOUT_PREPARATION.format(outdir=str(tmp_path))
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    emitted = json.loads((tmp_path / "stacks" / "stack" / "cdk.tf.json").read_text())
    assert set(emitted["resource"]["aws_vpc"]) == {"first_vpc"}
