"""What DynamoDB's operations need besides their own action."""

from collections.abc import Callable, Iterator
from typing import Any

from moto.backends import get_backend

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.service_roles import service_linked_role

# Most are what replication does with items.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2gt_IAM.html
ADDING_A_REPLICA = (
    "CreateTable",
    "CreateTableReplica",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)
REMOVING_A_REPLICA = ("DeleteTable", "DeleteTableReplica")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
GIVING_A_KEY = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey")


def _new_table(call: Call) -> Iterator[Need]:
    encryption: dict[str, Any] = call.parameters.get("SSESpecification") or {}
    yield from _key(call, encryption.get("KMSMasterKeyId"), call.region)


def _changed_table(call: Call) -> Iterator[Need]:
    for update in call.parameters.get("ReplicaUpdates") or ():
        for action, of in update.items():
            region = of["RegionName"]
            if action == "Create":
                yield service_linked_role(
                    call,
                    "replication.dynamodb.amazonaws.com",
                    "AWSServiceRoleForDynamoDBReplication",
                )
                yield from _key(call, of.get("KMSMasterKeyId"), region)
            names = {"Create": ADDING_A_REPLICA, "Delete": REMOVING_A_REPLICA}.get(action, ())
            for name in names:
                arn = f"arn:aws:dynamodb:{region}:{call.account}:table/{_name(call)}"
                yield Need(f"dynamodb:{name}", arn, {"aws:requestedregion": (region,)})


def _key(call: Call, key: str | None, region: str) -> Iterator[Need]:
    if key is not None:
        for name in GIVING_A_KEY:
            yield Need(f"kms:{name}", key, _by_dynamodb(call, key, region))


def _items(call: Call) -> Iterator[Need]:
    """Whoever reads or writes a table with a customer's key must be allowed to decrypt with it."""
    tables: dict[str, Any] = dict(get_backend("dynamodb")[call.account][call.region].tables)
    for name in call.parameters.get("RequestItems", {_name(call): None}):
        table = tables.get(name)
        encryption: dict[str, Any] = (table and table.sse_specification) or {}
        key = encryption.get("KMSMasterKeyId")
        if key is not None:
            yield Need("kms:Decrypt", key, _by_dynamodb(call, key, call.region))


def _by_dynamodb(call: Call, key: str, region: str) -> dict[str, tuple[str, ...]]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"""
    known = get_backend("kms")[call.account][region].keys.get(key.rpartition("/")[2])
    return {
        "aws:requestedregion": (region,),
        "kms:viaservice": (f"dynamodb.{region}.amazonaws.com",),
        "kms:resourcealiases": tuple(known.aliases) if known else (),
    }


def _name(call: Call) -> str:
    """A table's name, where a call may have its ARN."""
    return str(call.parameters.get("TableName", "")).rpartition("/")[2]


ITEM_OPERATIONS = (
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)
OF_TABLES: dict[tuple[str, str], Callable[[Call], Iterator[Need]]] = {
    ("dynamodb", "CreateTable"): _new_table,
    ("dynamodb", "UpdateTable"): _changed_table,
    **{("dynamodb", operation): _items for operation in ITEM_OPERATIONS},
}
