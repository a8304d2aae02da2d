"""GitHub Actions may deliver releases: to one region, from one environment of one repository."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from environments import ROLES, Environment, Role
from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks, example

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"


def statements(stack: Stack) -> list[dict[str, Any]]:
    policy = stack.resources(IamRolePolicy)["delivery_policy"]["policy"]
    return json.loads(policy)["Statement"]


@pytest.mark.parametrize("role", ROLES)
def test_each_region_trusts_its_own_environment_of_the_repository(
    releases: Synthesised, role: Role
) -> None:
    made = releases.stacks[role].resources(IamRole)["delivery_role"]
    (statement,) = json.loads(made["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Federated": PROVIDER}
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{GITHUB}:aud": "sts.amazonaws.com",
            f"{GITHUB}:sub": f"repo:octo-org/ledger:environment:releases-{role}",
        }
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_one_region_alone(releases: Synthesised, role: Role) -> None:
    environment = releases.environment
    here, other = environment.regional(role).region, {"primary": "dr", "dr": "primary"}[role]
    text = json.dumps(statements(releases.stacks[role]))
    assert environment.releases_bucket(role) in text
    assert environment.releases_bucket("dr" if role == "primary" else "primary") not in text
    assert environment.regional("dr" if other == "dr" else "primary").region not in text
    for one in statements(releases.stacks[role]):
        assert one["Effect"] == "Allow"
        assert one["Resource"] != "*" or one["Condition"] == {
            "StringEquals": {"aws:RequestedRegion": here}
        }


def test_a_role_may_not_overwrite_or_delete_or_change_the_group(releases: Synthesised) -> None:
    actions = {action for one in statements(releases.stacks["dr"]) for action in one["Action"]}
    assert not any("Delete" in one or "Update" in one or one.endswith("*") for one in actions)
    assert {one for one in actions if one.startswith(("iam:", "autoscaling:S", "s3:P"))} == {
        "iam:PassRole",
        "autoscaling:StartInstanceRefresh",
        "s3:PutObject",
    }


def test_its_arn_is_an_output(releases: Synthesised) -> None:
    for role in ROLES:
        outputs = releases.stacks[role].outputs
        assert outputs["delivery_role_arn"] == "${aws_iam_role.delivery_role.arn}"
        assert outputs["releases_bucket"] == releases.environment.releases_bucket(role)


def test_bootstrap_makes_the_provider_that_an_account_has_once(releases: Synthesised) -> None:
    provider = releases.stacks["bootstrap"].only(IamOpenidConnectProvider)
    assert provider["url"] == "https://token.actions.githubusercontent.com"
    assert provider["client_id_list"] == ["sts.amazonaws.com"]


def with_delivery(**settings: Any) -> Environment:
    environment = example("releases")
    delivery = environment.delivery.model_copy(update=settings)
    return environment.model_copy(update={"delivery": delivery})


def test_an_account_that_has_the_provider_keeps_it() -> None:
    stacks = Stacks(with_delivery(github_provider=False))
    assert not stacks["bootstrap"].resources(IamOpenidConnectProvider)
    assert stacks["dr"].resources(IamRole)["delivery_role"]


def test_without_github_nobody_is_trusted() -> None:
    stacks = Stacks(with_delivery(github=None))
    assert not stacks["bootstrap"].resources(IamOpenidConnectProvider)
    for role in ROLES:
        assert "delivery_role" not in stacks[role].resources(IamRole)
        assert "delivery_role_arn" not in stacks[role].outputs


def test_a_page_is_not_delivered(deployment: Synthesised) -> None:
    for role in ROLES:
        assert "delivery_role" not in deployment.stacks[role].resources(IamRole)
        assert "releases_bucket" not in deployment.stacks[role].outputs
