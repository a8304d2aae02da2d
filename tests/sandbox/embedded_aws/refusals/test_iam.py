"""What IAM refuses."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.sandbox.embedded_aws.refusals.conftest import Asked

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "ec2.amazonaws.com"},
        }
    ],
}


def allow(action: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(asked: Asked, document: Any = TRUST) -> str:
    name = f"role-{uuid4().hex[:12]}"
    asked("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    return name


def test_trust_policies(asked: Asked) -> None:
    name = role(asked)
    bad = json.dumps(TRUST).replace("ec2.amazonaws", "ec22.amazonaws")
    for operation, member in (
        ("CreateRole", "AssumeRolePolicyDocument"),
        ("UpdateAssumeRolePolicy", "PolicyDocument"),
    ):
        code = asked.refused(
            "iam",
            operation,
            rf"{member}: Statement\[0\].Principal.Service: AWS has no service principal 'ec22",
            RoleName=name if operation.startswith("Update") else f"{name}-2",
            **{member: bad},
        )
        assert code == "MalformedPolicyDocument"
    document = json.dumps(TRUST)
    asked("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=document)


def test_inline_policies_name_what_exists(asked: Asked) -> None:
    name = role(asked)
    put = {"RoleName": name, "PolicyName": "p"}
    code = asked.refused(
        "iam",
        "PutRolePolicy",
        r"PolicyDocument: Statement\[0\].Action: 'sqs:SendMesage': sqs has no such action",
        **put,
        PolicyDocument=allow("sqs:SendMesage"),
    )
    assert code == "MalformedPolicyDocument"
    asked("iam", "PutRolePolicy", **put, PolicyDocument=allow("sqs:SendMessage"))


def test_inline_policies_fit_together(asked: Asked) -> None:
    name = role(asked)
    half = allow("s3:GetObject", f"arn:aws:s3:::{'b' * 5_100}/*")
    for _ in range(2):  # the second replaces the first
        asked("iam", "PutRolePolicy", RoleName=name, PolicyName="1", PolicyDocument=half)
    code = asked.refused(
        "iam",
        "PutRolePolicy",
        r"PolicyDocument: the inline policies of role \S+ have 10,4\d\d characters together, of at",
        RoleName=name,
        PolicyName="2",
        PolicyDocument=half,
    )
    assert code == "LimitExceeded"


@pytest.mark.parametrize("operation", ["CreatePolicy", "CreatePolicyVersion"])
def test_managed_policies(asked: Asked, operation: str) -> None:
    named = {"PolicyName": f"p-{uuid4().hex[:12]}"}
    if operation == "CreatePolicyVersion":
        made = asked("iam", "CreatePolicy", **named, PolicyDocument=allow("s3:GetObject"))
        named = {"PolicyArn": made["Policy"]["Arn"]}
    message = r"PolicyDocument: Statement\[0\].Action: 's3:Got\*'"
    asked.refused("iam", operation, message, **named, PolicyDocument=allow("s3:Got*"))
    asked("iam", operation, **named, PolicyDocument=allow("s3:Get*"))


def test_role_names_in_another_case(asked: Asked) -> None:
    name = role(asked)
    code = asked.refused(
        "iam",
        "CreateRole",
        f"RoleName: {name.upper()} exists as {name}",
        RoleName=name.upper(),
        AssumeRolePolicyDocument=json.dumps(TRUST),
    )
    assert code == "EntityAlreadyExists"


def test_ten_managed_policies_a_role(asked: Asked) -> None:
    name = role(asked)
    arns = [
        asked("iam", "CreatePolicy", PolicyName=f"{name}-{place}", PolicyDocument=allow("s3:Get*"))[
            "Policy"
        ]["Arn"]
        for place in range(11)
    ]
    for arn in (*arns[:10], arns[0]):
        asked("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)
    message = f"PolicyArn: role {name} has 10 managed policies, of at most 10"
    asked.refused("iam", "AttachRolePolicy", message, RoleName=name, PolicyArn=arns[10])
