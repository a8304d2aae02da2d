"""What Secrets Manager refuses."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import Service, unique

INVALID, PARAMETER, VALIDATION = (
    "InvalidRequestException",
    "InvalidParameterException",
    "ValidationException",
)
HERE, THERE = [{"Region": "us-east-1"}], [{"Region": "ap-south-1"}]


@pytest.fixture(scope="module")
def secrets(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "secretsmanager")


@pytest.fixture(scope="module")
def south(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "secretsmanager", "ap-south-1")


@pytest.mark.parametrize(
    ("code", "said", "wrong"),
    [
        (VALIDATION, "Invalid name", {"Name": "a b"}),
        (VALIDATION, "as ARNs do", {"Name": "data-master"}),
        (PARAMETER, "no key", {"KmsKeyId": "alias/nothing"}),
        (PARAMETER, "replica region: us-east-1", {"AddReplicaRegions": HERE}),
        (PARAMETER, "Invalid replica region: ap-south-1", {"AddReplicaRegions": THERE * 2}),
        (PARAMETER, "in ap-south-1", {"AddReplicaRegions": [{**THERE[0], "KmsKeyId": "1-2"}]}),
        (VALIDATION, "of at most 65536", {"SecretString": "é" * 32769}),
        (PARAMETER, "both", {"SecretBinary": b"x"}),
        (PARAMETER, "aws:", {"Tags": [{"Key": "aws:x", "Value": "y"}]}),
    ],
)
def test_secrets(secrets: Service, code: str, said: str, wrong: dict[str, Any]) -> None:
    asked = {"Name": unique(), "SecretString": "x", **wrong}
    secrets.refused("create_secret", code, said, **asked)


def test_deleted_names_are_taken_until_they_are_gone(secrets: Service) -> None:
    name = unique()
    secrets.ok("create_secret", Name=name, SecretString="x")
    secrets.refused("create_secret", "ResourceExistsException", "already exists", Name=name)
    delete = "delete_secret"
    for days in (6, 31):
        secrets.refused(
            delete, PARAMETER, "between 7 and 30", SecretId=name, RecoveryWindowInDays=days
        )
    both = {"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True}
    secrets.refused(delete, PARAMETER, "in conjunction", SecretId=name, **both)
    secrets.ok(delete, SecretId=name, RecoveryWindowInDays=7)
    secrets.refused("create_secret", INVALID, "scheduled for deletion", Name=name)
    secrets.refused("get_secret_value", INVALID, "marked for deletion", SecretId=name)
    secrets.refused("put_secret_value", INVALID, "marked", SecretId=name, SecretString="y")
    secrets.ok("restore_secret", SecretId=name)
    secrets.ok(delete, SecretId=name, ForceDeleteWithoutRecovery=True)
    secrets.ok("create_secret", Name=name)


def test_replicas_are_changed_in_the_primarys_region(secrets: Service, south: Service) -> None:
    name = unique()
    secrets.ok("create_secret", Name=name, SecretString="x", AddReplicaRegions=THERE)
    named = {"SecretId": name}
    assert south.ok("get_secret_value", **named)["SecretString"] == "x"
    primary = "primary secret's region: us-east-1"
    for operation, asked in (
        ("put_secret_value", {"SecretString": "y"}),
        ("update_secret", {"Description": "y"}),
        ("delete_secret", {}),
        ("tag_resource", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("remove_regions_from_replication", {"RemoveReplicaRegions": ["us-east-1"]}),
    ):
        south.refused(operation, INVALID, primary, **named, **asked)
    again = {"AddReplicaRegions": THERE}
    secrets.refused("replicate_secret_to_regions", PARAMETER, "ap-south-1", **named, **again)
    secrets.refused("delete_secret", INVALID, "replica regions [ap-south-1]", **named)
    secrets.refused("stop_replication_to_replica", INVALID, "only on a replica", **named)
    secrets.ok("put_secret_value", **named, SecretString="y")
    assert south.ok("get_secret_value", **named)["SecretString"] == "y"
    secrets.ok("remove_regions_from_replication", **named, RemoveReplicaRegions=["ap-south-1"])
    secrets.ok("delete_secret", **named)


def test_random_passwords(secrets: Service) -> None:
    random = "get_random_password"
    none = {f"Exclude{kind}": True for kind in ("Lowercase", "Uppercase", "Numbers", "Punctuation")}
    secrets.refused(random, PARAMETER, "All character types", **none)
    secrets.refused(random, PARAMETER, "shorter than its 4", PasswordLength=3)
    given = secrets.ok(random, PasswordLength=32, ExcludeCharacters="/@\"' \\")["RandomPassword"]
    assert len(given) == 32
    assert set("/@\"' \\").isdisjoint(given)
