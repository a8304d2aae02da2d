"""Roles in an embedded AWS with given policies, one for each stack's deployer."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from emitted import STACK_NAMES
from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError

# Sets these roles apart from those of the stacks.
PATH = "/deployers/"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}},
    ],
}
EVERYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def policies_in(folder: Path, stacks: Iterable[str] = STACK_NAMES) -> dict[str, list[str]]:
    """The policies of these stacks' deployers: STACK.json, or STACK-1.json, STACK-2.json and so on.

    Raises OperationError if a stack has none, or one cannot be read.
    """
    found: dict[str, list[str]] = {}
    for stack in stacks:
        files = sorted(folder.glob(f"{stack}.json")) + sorted(folder.glob(f"{stack}-*.json"))
        if not files:
            raise OperationError(
                f"{folder} has no policy for the deployer of {stack}: {stack}.json, or"
                f" {stack}-1.json, {stack}-2.json and so on"
            )
        found[stack] = [_policy(file) for file in files]
    return found


def _policy(file: Path) -> str:
    try:
        document = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise OperationError(f"{file} cannot be read as a policy: {error}") from None
    return json.dumps(document, separators=(",", ":"))


def create_deployers(aws: EmbeddedAws, policies: Mapping[str, Sequence[str]]) -> None:
    """Recreates each stack's role with these policies."""
    iam = aws.client("iam", GLOBAL_REGION)
    for stack, documents in policies.items():
        name = role_name(stack)
        _remove(iam, name)
        iam.create_role(
            RoleName=name,
            Path=PATH,
            AssumeRolePolicyDocument=json.dumps(TRUST),
        )
        for number, document in enumerate(documents, start=1):
            try:
                policy = iam.create_policy(
                    PolicyName=f"{name}-{number}", Path=PATH, PolicyDocument=document
                )
            except ClientError as error:
                raise OperationError(
                    f"policy {number} of {stack}'s deployer is none: {error}"
                ) from None
            iam.attach_role_policy(RoleName=name, PolicyArn=policy["Policy"]["Arn"])


def role_name(stack: str) -> str:
    """The role of the stack's deployer."""
    return f"deployer-{stack}"


def as_deployer(aws: EmbeddedAws, stack: str) -> EmbeddedAws:
    """The embedded AWS with the credentials of the stack's deployer."""
    return aws.assume(role_name(stack))


def _remove(iam: Any, name: str) -> None:
    for policy in iam.list_policies(Scope="Local", PathPrefix=PATH)["Policies"]:
        if policy["PolicyName"].startswith(f"{name}-"):
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["Arn"])
            iam.delete_policy(PolicyArn=policy["Arn"])
    if name in {role["RoleName"] for role in iam.list_roles(PathPrefix=PATH)["Roles"]}:
        iam.delete_role(RoleName=name)
