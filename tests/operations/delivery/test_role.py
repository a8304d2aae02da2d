"""The emitted role's policy is what `failover deploy --only` needs: no less, and no more."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from environments import Role
from operations.delivery.commands import Options
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.process import ACCOUNT
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import QUICK, deploy, digest, log_in

pytestmark = pytest.mark.slow

ROLE_NAME = "a-delivery-role"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}


def emitted(releases: Synthesised, role: Role) -> list[dict[str, object]]:
    policy: str = releases.stacks[role].resources(IamRolePolicy)["delivery_policy"]["policy"]
    resolved = policy.replace("${data.aws_caller_identity.account.account_id}", ACCOUNT)
    return json.loads(resolved)["Statement"]


def assume(aws: EmbeddedAws, statements: list[dict[str, object]]) -> EmbeddedAws:
    iam = aws.client("iam", "us-east-1")
    document = {"Version": "2012-10-17", "Statement": [TRUST]}
    iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=json.dumps(document))
    document = {"Version": "2012-10-17", "Statement": statements}
    iam.put_role_policy(
        RoleName=ROLE_NAME, PolicyName="deliver", PolicyDocument=json.dumps(document)
    )
    return aws.assume(ROLE_NAME)


@pytest.mark.parametrize("role", ["primary", "dr"])
def test_it_delivers_to_its_own_region(
    regions: Regions,
    releases: Synthesised,
    archives: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
) -> None:
    aws = assume(regions["primary"].aws, emitted(releases, role))
    log_in(aws, monkeypatch)
    for archive in archives:
        deploy(regions, archive, replace(QUICK, only=role))
    own = regions[role].current
    assert own is not None
    assert own.release == digest(archives[1])
    assert own.by.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE_NAME}/")
    with pytest.raises(OperationError, match=r"nothing was changed: .*AccessDenied"):
        deploy(regions, archives[0], replace(QUICK, only="dr" if role == "primary" else "primary"))


@pytest.mark.parametrize("left_out", range(7))
def test_without_any_one_statement_it_does_not(
    regions: Regions,
    releases: Synthesised,
    archives: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    left_out: int,
) -> None:
    """Each is needed. The history, which `releases show` reads, is tested with the role too."""
    statements = emitted(releases, "dr")
    assert len(statements) == 7
    deploy(regions, archives[1])
    aws = assume(regions["dr"].aws, [one for at, one in enumerate(statements) if at != left_out])
    log_in(aws, monkeypatch)
    denied = r"AccessDenied|Forbidden|not authorized|UnauthorizedOperation"
    with pytest.raises(OperationError, match=denied):
        deploy(regions, archives[0], Options(only="dr", bake=0, timeout=60, poll=0.05))
