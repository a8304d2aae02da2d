"""How instances reach their region's tables: the endpoint, the firewall and the role."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule

from environments import ROLES, ExistingNetwork, Role
from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks, example

ACCOUNT = "${data.aws_caller_identity.account.account_id}"


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> Role:
    return request.param


@pytest.fixture
def stack(tables: Synthesised, role: Role) -> Stack:
    return tables.stacks[role]


@pytest.fixture
def region(tables: Synthesised, role: Role) -> str:
    return tables.environment.regional(role).region


def statement(found: list[dict[str, Any]], action: str) -> dict[str, Any]:
    (one,) = [statement for statement in found if action in statement["Action"]]
    return one


def arns(region: str) -> list[str]:
    return [
        f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/tablespractice-{name}"
        for name in ("ledger", "sessions")
    ]


def test_the_endpoint_leads_to_these_tables_alone(stack: Stack, region: str) -> None:
    endpoint = stack.resources(VpcEndpoint)["dynamodb_endpoint"]
    assert endpoint["service_name"] == f"com.amazonaws.{region}.dynamodb"
    assert endpoint["vpc_endpoint_type"] == "Gateway"
    (only,) = json.loads(endpoint["policy"])["Statement"]
    assert only["Resource"] == arns(region)
    assert "dynamodb:PutItem" in only["Action"]
    assert not [action for action in only["Action"] if "*" in action or "Create" in action]


def test_private_subnets_have_a_route_to_it(stack: Stack) -> None:
    tables = stack.resources(VpcEndpoint)["dynamodb_endpoint"]["route_table_ids"]
    assert tables == [f"${{aws_route_table.private_route_table_{zone}.id}}" for zone in "ab"]


def test_the_firewall_lets_instances_out_to_it(stack: Stack) -> None:
    assert stack.has(
        VpcSecurityGroupEgressRule,
        security_group_id="${aws_security_group.instances_security_group.id}",
        prefix_list_id="${aws_vpc_endpoint.dynamodb_endpoint.prefix_list_id}",
        from_port=443,
        to_port=443,
        ip_protocol="tcp",
    )
    group = stack.only(AutoscalingGroup)
    for needed in (
        "aws_vpc_endpoint.dynamodb_endpoint",
        "aws_vpc_security_group_egress_rule.instances_to_dynamodb",
    ):
        assert needed in group["depends_on"]


def test_the_role_may_use_the_tables_and_decrypt_by_them(stack: Stack, region: str) -> None:
    policy = stack.resources(IamRolePolicy)["instance_policy"]
    found = json.loads(policy["policy"])["Statement"]
    assert len(found) == 2
    assert statement(found, "dynamodb:GetItem")["Resource"] == arns(region)
    decrypt = statement(found, "kms:Decrypt")
    assert decrypt["Action"] == ["kms:Decrypt"]
    assert decrypt["Condition"] == {
        "StringEquals": {"kms:ViaService": f"dynamodb.{region}.amazonaws.com"},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/tablespractice-tables"},
    }
    described = stack.resources(IamRole)["instance_role"]["description"]
    assert described == "Web instances: Session Manager, and the tables"


def test_in_an_existing_network_the_way_is_its_owners() -> None:
    environment = example("tables")
    network = ExistingNetwork(
        vpc_id="vpc-00000001",
        public_subnets=["subnet-00000001", "subnet-00000002"],
        private_subnets=["subnet-00000003", "subnet-00000004"],
    )
    primary = environment.primary.model_copy(update={"cidr": None, "existing_network": network})
    stack = Stacks(environment.model_copy(update={"primary": primary}))["primary"]
    assert stack.resources(VpcEndpoint) == {}
    policy = stack.resources(IamRolePolicy)["instance_policy"]["policy"]
    assert statement(json.loads(policy)["Statement"], "dynamodb:GetItem")
