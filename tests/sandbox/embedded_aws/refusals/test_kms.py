"""What KMS refuses."""

import json
from typing import Any
from uuid import uuid4

import pytest

from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.refusals.conftest import Asked

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OWNER = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": ROOT}}
DENIED = {"Effect": "Deny", "Action": "kms:Put*", "Resource": "*", "Principal": "*"}


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def key(asked: Asked, **parameters: Any) -> str:
    return asked("kms", "CreateKey", **parameters)["KeyMetadata"]["KeyId"]


@pytest.mark.parametrize(
    "statements",
    [
        [OWNER | {"Action": "kms:Encrypt"}],
        [OWNER | {"Principal": {"Service": "logs.us-east-1.amazonaws.com"}}],
        [OWNER | {"Principal": {"AWS": "arn:aws:iam::210987654321:root"}}],
        [OWNER | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}],
        [OWNER, DENIED],
    ],
)
def test_a_policy_that_locks_its_owner_out(asked: Asked, statements: list[Any]) -> None:
    policy = document(*statements)
    message = "Policy: The new key policy will not allow you to update the key policy in the future"
    code = asked.refused("kms", "CreateKey", message, Policy=policy)
    assert code == "MalformedPolicyDocumentException"
    made = key(asked)
    asked.refused("kms", "PutKeyPolicy", message, KeyId=made, Policy=policy, PolicyName="default")
    key(asked, Policy=policy, BypassPolicyLockoutSafetyCheck=True)


@pytest.mark.parametrize(
    "statements",
    [
        [OWNER],
        [OWNER | {"Action": "kms:Put*", "Principal": {"AWS": ACCOUNT}}],
        [OWNER | {"Principal": "*"}],
        [OWNER, DENIED | {"Action": "kms:Decrypt"}],
        [OWNER, DENIED | {"Principal": {"AWS": "210987654321"}}],
        [OWNER, DENIED | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}],
    ],
)
def test_a_policy_that_keeps_its_owner(asked: Asked, statements: list[Any]) -> None:
    key(asked, Policy=document(*statements))


def test_a_policy_names_what_exists(asked: Asked) -> None:
    bad = document(OWNER, OWNER | {"Action": "kms:Encript"})
    message = r"Policy: Statement\[1\].Action: 'kms:Encript': kms has no such action"
    asked.refused("kms", "CreateKey", message, Policy=bad)


def test_aliases(asked: Asked) -> None:
    made = key(asked)
    for name, message in (
        ("alias/aws/mine", "AliasName: 'alias/aws/mine': alias/aws/ is AWS's own"),
        ("mine", "AliasName: 'mine' does not begin with alias/"),
        ("alias/", "AliasName: 'alias/' does not begin with alias/"),
    ):
        asked.refused("kms", "CreateAlias", message, AliasName=name, TargetKeyId=made)
    alias = f"alias/{uuid4().hex}"
    asked.refused("kms", "CreateAlias", "TargetKeyId: there is", AliasName=alias, TargetKeyId="x")
    asked("kms", "CreateAlias", AliasName=alias, TargetKeyId=made)
    message = "TargetKeyId: 'alias/.*' is an alias, not a key"
    asked.refused("kms", "CreateAlias", message, AliasName="alias/2", TargetKeyId=alias)


def test_fifty_aliases_a_key(asked: Asked) -> None:
    made = key(asked)
    for place in range(50):
        asked("kms", "CreateAlias", AliasName=f"alias/{made}-{place}", TargetKeyId=made)
    message = "TargetKeyId: .* has 50 aliases, of at most 50"
    asked.refused("kms", "CreateAlias", message, AliasName="alias/more", TargetKeyId=made)


@pytest.mark.parametrize("days", [6, 31])
def test_no_waiting_periods(asked: Asked, days: int) -> None:
    message = f"PendingWindowInDays: {days}, not 7 to 30"
    made = key(asked)
    asked.refused("kms", "ScheduleKeyDeletion", message, KeyId=made, PendingWindowInDays=days)


def test_a_key_that_is_being_deleted(asked: Asked) -> None:
    made = key(asked)
    asked("kms", "ScheduleKeyDeletion", KeyId=made, PendingWindowInDays=7)
    for operation, parameters in (
        ("ScheduleKeyDeletion", {"KeyId": made}),
        ("EnableKeyRotation", {"KeyId": made}),
        ("Encrypt", {"KeyId": made, "Plaintext": b"x"}),
        ("PutKeyPolicy", {"KeyId": made, "Policy": document(OWNER)}),
        ("CreateAlias", {"AliasName": f"alias/{made}", "TargetKeyId": made}),
    ):
        code = asked.refused("kms", operation, "KeyId: .* is pending deletion on", **parameters)
        assert code == "KMSInvalidStateException"
    asked("kms", "CancelKeyDeletion", KeyId=made)
    asked("kms", "EnableKey", KeyId=made)
    asked("kms", "EnableKeyRotation", KeyId=made, RotationPeriodInDays=365)
