"""What DynamoDB refuses: tables, their keys, streams and time to live, and replicas."""

from typing import Any

from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.refusals.conftest import REGION, Asked

OTHER = "ap-south-1"
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def table(**changes: Any) -> dict[str, Any]:
    """A table that DynamoDB takes, with these changes."""
    return {
        "TableName": unique(),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": STREAM,
        **changes,
    }


def created(asked: Asked, **changes: Any) -> str:
    given = table(**changes)
    asked("dynamodb", "CreateTable", **given)
    return given["TableName"]


def key(asked: Asked, region: str) -> str:
    return asked("kms", "CreateKey", region=region)["KeyMetadata"]["Arn"]


def creating(region: str = OTHER, **settings: str) -> list[dict[str, Any]]:
    return [{"Create": {"RegionName": region, **settings}}]


def test_names_and_keys(asked: Asked) -> None:
    for changes, message in (
        ({"TableName": "ab"}, "TableName: 'ab', not 3 to 255"),
        ({"TableName": "a b c"}, "TableName: 'a b c'"),
        (
            {"KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}]},
            "KeySchema: RANGE, not HASH, or HASH and RANGE",
        ),
        (
            {"KeySchema": [{"AttributeName": "id", "KeyType": kind} for kind in ("HASH", "RANGE")]},
            "KeySchema: the sort key is the partition key, 'id'",
        ),
    ):
        assert asked.refused("dynamodb", "CreateTable", message, **table(**changes)) == (
            "ValidationException"
        )


def test_limits(asked: Asked) -> None:
    provisioned = {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    limited = {"OnDemandThroughput": {"MaxReadRequestUnits": 5}}
    message = "OnDemandThroughput: only with BillingMode PAY_PER_REQUEST"
    asked.refused("dynamodb", "CreateTable", message, **table(**provisioned, **limited))
    none = {"OnDemandThroughput": {"MaxReadRequestUnits": 0}}
    message = "MaxReadRequestUnits: 0, neither -1 nor at least 1"
    asked.refused("dynamodb", "CreateTable", message, **table(**none))
    created(asked, **limited)


def test_streams(asked: Asked) -> None:
    message = "StreamEnabled and StreamViewType go together"
    for stream in ({"StreamEnabled": True}, {**STREAM, "StreamEnabled": False}):
        asked.refused("dynamodb", "CreateTable", message, **table(StreamSpecification=stream))


def test_keys(asked: Asked) -> None:
    elsewhere, own = key(asked, OTHER), key(asked, REGION)
    for encryption, message in (
        ({"Enabled": True, "KMSMasterKeyId": elsewhere}, f"no KMS key .* in {REGION}"),
        ({"KMSMasterKeyId": own}, "only with Enabled"),
    ):
        given = table(SSESpecification=encryption)
        asked.refused("dynamodb", "CreateTable", message, **given)
    created(asked, SSESpecification={"Enabled": True, "KMSMasterKeyId": own})
    asked("kms", "DisableKey", KeyId=own.rpartition("/")[2])
    given = table(SSESpecification={"Enabled": True, "KMSMasterKeyId": own})
    asked.refused("dynamodb", "CreateTable", "is Disabled", **given)


def test_expiry(asked: Asked) -> None:
    name = created(asked)

    def expires(attribute: str, *, on: bool) -> dict[str, Any]:
        given = {"Enabled": on, "AttributeName": attribute}
        return {"TableName": name, "TimeToLiveSpecification": given}

    off, on = expires("at", on=False), expires("at", on=True)
    asked.refused("dynamodb", "UpdateTimeToLive", "already disabled", **off)
    asked("dynamodb", "UpdateTimeToLive", **on)
    asked.refused("dynamodb", "UpdateTimeToLive", "already enabled", **on)
    other = expires("until", on=False)
    asked.refused("dynamodb", "UpdateTimeToLive", "active on another attribute: at", **other)


def test_new_replicas(asked: Asked) -> None:
    def refused(name: str, message: str, region: str = OTHER, **more: Any) -> None:
        given = {"TableName": name, "ReplicaUpdates": creating(region), **more}
        asked.refused("dynamodb", "UpdateTable", message, **given)

    name = created(asked)
    refused(name, "Cannot add, delete, or update the local region", REGION)
    asked("dynamodb", "CreateTable", region=OTHER, **table(TableName=name))
    refused(name, f"name: '{name}' because one or more replicas already existed")
    refused(created(asked, StreamSpecification={"StreamEnabled": False}), "must have a stream")
    strong = {"MultiRegionConsistency": "STRONG"}
    refused(created(asked), f"STRONG is for three regions of one set: {OTHER}, {REGION}", **strong)


def test_keys_of_replicas(asked: Asked) -> None:
    plain = created(asked)
    own = {"Enabled": True, "KMSMasterKeyId": key(asked, REGION)}
    encrypted, there = created(asked, SSESpecification=own), key(asked, OTHER)
    for name, settings, message in (
        (plain, {"KMSMasterKeyId": there}, "in all replicas, or in none"),
        (encrypted, {}, "in all replicas, or in none"),
        (encrypted, {"KMSMasterKeyId": own["KMSMasterKeyId"]}, f"no KMS key .* in {OTHER}"),
    ):
        given = {"TableName": name, "ReplicaUpdates": creating(**settings)}
        asked.refused("dynamodb", "UpdateTable", message, **given)
    good = creating(KMSMasterKeyId=there)
    asked("dynamodb", "UpdateTable", TableName=encrypted, ReplicaUpdates=good)


def test_replicas_that_exist(asked: Asked) -> None:
    name = created(asked)
    deleting = {"TableName": name, "ReplicaUpdates": [{"Delete": {"RegionName": OTHER}}]}
    asked.refused("dynamodb", "UpdateTable", "request was not found", **deleting)
    asked("dynamodb", "UpdateTable", TableName=name, ReplicaUpdates=creating())
    off = {"TableName": name, "StreamSpecification": {"StreamEnabled": False}}
    asked.refused("dynamodb", "UpdateTable", "the table has replicas", **off)
    protect = {"TableName": name, "DeletionProtectionEnabled": True}
    asked("dynamodb", "UpdateTable", region=OTHER, **protect)
    asked.refused("dynamodb", "UpdateTable", "protected against deletion", **deleting)
    asked.refused(
        "dynamodb", "DeleteTable", "DeletionProtectionEnabled", region=OTHER, TableName=name
    )
