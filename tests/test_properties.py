"""Any valid environment file yields valid stacks; any other ends in the single error type."""

import contextlib
import re
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest
import tomli_w
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.subnet import Subnet
from hypothesis import given, settings
from hypothesis import strategies as st

from environments import Environment, EnvironmentFileError
from environments.loading import check
from tests.environments.generated import broken_files, files
from tests.main_program import run_main
from tests.synthesis import Stack, Stacks


def assert_sound(stack: Stack, environment: Environment, role: Any) -> None:
    wanted = environment.regional(role)
    subnets = stack.resources(Subnet).values()
    networks = [IPv4Network(subnet["cidr_block"]) for subnet in subnets]
    tiers = ("public", "private", *(["database"] if environment.data.kind else []))
    assert len(networks) == len(tiers) * len(wanted.zones)
    assert all(network.subnet_of(IPv4Network(wanted.cidr)) for network in networks)
    assert not any(one.overlaps(other) for one, other in combinations(networks, 2))
    for tier in tiers:
        placed = {s["availability_zone"] for s in subnets if f"-{tier}-" in s["tags"]["Name"]}
        assert placed == set(wanted.zones)
    nat_gateways = {"none": 0, "single": 1, "per_az": len(wanted.zones)}
    assert len(stack.resources(NatGateway)) == nat_gateways[wanted.nat_gateways]
    assert len(stack.only(AutoscalingGroup)["vpc_zone_identifier"]) == len(wanted.zones)
    for kind in (Lb, LbTargetGroup):
        assert re.fullmatch(r"[A-Za-z0-9-]{1,32}", stack.only(kind)["name"])
    assert all(len(found["name"]) <= 64 for found in stack.resources(IamRole).values())


@pytest.mark.slow
@settings(max_examples=10)
@given(file=files())
def test_a_valid_file_becomes_sound_stacks(file: dict[str, Any]) -> None:
    environment = check(file, "generated.toml")
    stacks = Stacks(environment)
    assert_sound(stacks["primary"], environment, "primary")
    assert_sound(stacks["dr"], environment, "dr")
    assert "${Tf" not in "".join(stack.text for stack in stacks.values())


@pytest.mark.slow
@settings(max_examples=200)
@given(file=broken_files())
def test_a_broken_file_raises_nothing_but_the_one_error(file: dict[str, Any]) -> None:
    with contextlib.suppress(EnvironmentFileError):
        check(file, "generated.toml")


@pytest.mark.slow
@settings(max_examples=25)
@given(file=broken_files())
def test_a_file_that_is_wrong_somewhere_writes_nothing(
    tmp_path_factory: pytest.TempPathFactory, file: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    (folder / "broken.toml").write_text(tomli_w.dumps(file))
    code = run_main(folder / "broken.toml", folder / "out").returncode
    assert code in {0, 2}  # the broken value may be optional
    assert (folder / "out").exists() == (code == 0)


@settings(max_examples=100)
@given(content=st.binary() | st.text().map(str.encode))
def test_any_other_file_exits_with_2_and_writes_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    file = folder / "any.toml"
    file.write_bytes(content)
    assert run_main(file, folder / "out").returncode == 2
    assert not (folder / "out").exists()
