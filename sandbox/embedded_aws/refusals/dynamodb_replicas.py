"""DynamoDB: the replicas of global tables.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

from typing import Any

from sandbox.embedded_aws.account import account
from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.moto_fixes.dynamodb import replicas
from sandbox.embedded_aws.refusals.dynamodb import check_key, invalid, table_of
from sandbox.embedded_aws.refusals.rule import Rules, part

STREAM = "NEW_AND_OLD_IMAGES"
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
STRONG_SETS = (
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
)
STRONG_REPLICAS = 3


def _own_key(table: Any) -> str | None:
    """The customer's key of a table, if any."""
    encryption: dict[str, Any] = table.sse_specification or {}
    return encryption.get("KMSMasterKeyId")


def _updates(call: Call) -> list[tuple[str, dict[str, Any]]]:
    """Each of a call's updates of replicas: Create, Update or Delete, and its settings."""
    given = call.parameters.get("ReplicaUpdates") or ()
    return [(action, of) for update in given for action, of in update.items()]


def replicas_are_elsewhere(call: Call) -> None:
    """Refuses an update of the replica in the call's own region, and the update or deletion of one
    that does not exist.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicationGroupUpdate.html
    """
    table = table_of(call)
    for action, of in _updates(call):
        if of["RegionName"] == call.region:
            raise invalid(
                "Cannot add, delete, or update the local region through ReplicaUpdates. Use"
                " CreateTable, DeleteTable, or UpdateTable as required."
            )
        known = [one.region_name for one in replicas(table)] if table else []
        if action != "Create" and of["RegionName"] not in known:
            raise invalid(
                "Replica specified in the Replica Update or Replica Delete action of the request"
                " was not found."
            )


def replicas_can_be_created(call: Call) -> None:
    """Refuses a replica in a region that is not enabled or has a table of the name, and one of a
    table without on-demand capacity or without a stream of new and old images.

    Provisioned capacity needs Auto Scaling, which the embedded AWS does not have for tables.
    """
    table = table_of(call)
    for action, of in _updates(call):
        if action != "Create" or table is None:
            continue
        where = f"ReplicaUpdates.Create.RegionName: {of['RegionName']}"
        if of["RegionName"] in account.disabled_regions:
            raise invalid(f"{where} is not enabled for this account")
        if table_of(call, of["RegionName"]) is not None:
            raise invalid(
                f"Failed to create a the new replica of table with name: '{table.name}' because"
                " one or more replicas already existed as tables."
            )
        stream: dict[str, Any] = table.stream_specification or {}
        if stream.get("StreamViewType") != STREAM:
            raise invalid(f"{where}: the table must have a stream of {STREAM}")
        if table.billing_mode != "PAY_PER_REQUEST":
            raise invalid(f"{where}: the table must have BillingMode PAY_PER_REQUEST")


def replicas_are_encrypted_alike(call: Call) -> None:
    """Refuses a replica with a customer's key of a table without, the other way round, and a key
    that is not in the replica's region.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html
    """
    table = table_of(call)
    for action, of in _updates(call):
        if action != "Create" or table is None:
            continue
        key = of.get("KMSMasterKeyId")
        if (_own_key(table) is None) != (key is None):
            raise invalid(
                "ReplicaUpdates.Create.KMSMasterKeyId: a key of the customer's in all replicas, or"
                " in none"
            )
        if key is not None:
            where = "ReplicaUpdates.Create.KMSMasterKeyId"
            check_key(call, where, key, of["RegionName"])


def protected_replicas_stay(call: Call) -> None:
    """Refuses to delete a replica with deletion protection, which each has for itself.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html
    """
    for action, of in _updates(call):
        table = table_of(call, of["RegionName"]) if action == "Delete" else None
        if table is not None and table.deletion_protection_enabled:
            raise invalid(
                f"Resource cannot be deleted as it is currently protected against deletion:"
                f" {table.table_arn}. Disable deletion protection first."
            )


def replicated_tables_keep_their_stream(call: Call) -> None:
    """Refuses to turn off the stream by which a table is replicated."""
    table = table_of(call)
    stream = part(call.parameters, "StreamSpecification")
    if table and stream and not stream["StreamEnabled"] and len(replicas(table)) > 1:
        raise invalid("StreamSpecification.StreamEnabled: the table has replicas")


def strong_consistency_has_three_regions(call: Call) -> None:
    """Refuses strong consistency across regions except for three of one set.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
    """
    if call.parameters.get("MultiRegionConsistency") != "STRONG":
        return
    witnesses = call.parameters.get("GlobalTableWitnessUpdates") or ()
    regions = {call.region, *(of["RegionName"] for _, of in _updates(call))}
    regions |= {of["RegionName"] for one in witnesses for of in one.values()}
    if len(regions) != STRONG_REPLICAS or not any(regions <= known for known in STRONG_SETS):
        found = ", ".join(sorted(regions))
        raise invalid(f"MultiRegionConsistency: STRONG is for three regions of one set: {found}")


RULES: Rules = {
    ("dynamodb", "UpdateTable"): (
        strong_consistency_has_three_regions,
        replicas_are_elsewhere,
        replicas_can_be_created,
        replicas_are_encrypted_alike,
        protected_replicas_stay,
        replicated_tables_keep_their_stream,
    ),
}
