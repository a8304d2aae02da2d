"""What DynamoDB's operations need: replicas by way of their table, and keys by way of DynamoDB."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from environments import Environment
from modules.iam import allow
from modules.tables import TableAccess, use_key, use_tables
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.companions import companions
from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.permissions.roles import Role
from tests.sandbox.embedded_aws.table_probes import table
from tests.synthesis import example

REGION, OTHER = "us-east-1", "ap-south-1"
KEY = {"id": {"S": "1"}}


def needed(**parameters: Any) -> dict[str, set[str]]:
    """What UpdateTable needs besides, by resource."""
    call = Call("dynamodb", "UpdateTable", REGION, ACCOUNT, "ASIA", parameters)
    found: dict[str, set[str]] = {}
    for need in companions(call):
        found.setdefault(need.resource, set()).add(need.action)
    return found


def test_a_replica_is_made_in_its_own_region() -> None:
    update = {"Create": {"RegionName": OTHER}}
    found = needed(TableName="a", ReplicaUpdates=[update])
    there = found.pop(f"arn:aws:dynamodb:{OTHER}:{ACCOUNT}:table/a")
    assert {"dynamodb:CreateTable", "dynamodb:CreateTableReplica", "dynamodb:Scan"} <= there
    (role,) = found
    assert role.endswith("replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication")


def test_a_replica_is_deleted_in_its_own_region() -> None:
    update = {"Delete": {"RegionName": OTHER}}
    assert needed(TableName="a", ReplicaUpdates=[update]) == {
        f"arn:aws:dynamodb:{OTHER}:{ACCOUNT}:table/a": {
            "dynamodb:DeleteTable",
            "dynamodb:DeleteTableReplica",
        }
    }


def test_a_change_of_the_table_alone_needs_nothing_more() -> None:
    assert needed(TableName="a", DeletionProtectionEnabled=True) == {}


@pytest.fixture
def environment() -> Environment:
    return example("tables")


def test_what_instances_may_do_is_enough_and_no_more(
    aws: EmbeddedAws, environment: Environment
) -> None:
    kms = aws.client("kms", REGION)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=environment.tables_key, TargetKeyId=key)
    name = table(aws, SSESpecification={"Enabled": True, "KMSMasterKeyId": key})
    access = TableAccess(REGION, ACCOUNT, [name], environment.tables_key)
    role = Role(aws, *use_tables(access))
    dynamodb = role.client("dynamodb")
    with pytest.raises(ClientError, match="kms:Decrypt"):
        dynamodb.put_item(TableName=name, Item=KEY)
    role.put(*use_tables(access), *use_key(access))
    dynamodb.put_item(TableName=name, Item=KEY)
    dynamodb.batch_get_item(RequestItems={name: {"Keys": [KEY]}})
    with pytest.raises(ClientError, match="dynamodb:DeleteTable"):
        dynamodb.delete_table(TableName=name)
    with pytest.raises(ClientError, match="dynamodb:GetItem"):
        dynamodb.get_item(TableName=table(aws), Key=KEY)


def test_another_key_cannot_be_used(aws: EmbeddedAws) -> None:
    key = aws.client("kms", REGION).create_key()["KeyMetadata"]["Arn"]
    name = table(aws, SSESpecification={"Enabled": True, "KMSMasterKeyId": key})
    access = TableAccess(REGION, ACCOUNT, [name], "alias/own")
    role = Role(aws, *use_tables(access), *use_key(access))
    with pytest.raises(ClientError, match="kms:Decrypt"):
        role.client("dynamodb").get_item(TableName=name, Key=KEY)
    role.put(*use_tables(access), allow("kms:Decrypt", on=key))
    role.client("dynamodb").get_item(TableName=name, Key=KEY)
