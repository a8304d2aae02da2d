"""Fixes of moto's DynamoDB: global tables of version 2019.11.21, and limits of on-demand tables."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import copy
from typing import Any

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.responses import DynamoHandler

from sandbox.embedded_aws.moto_fixes.dynamodb_writes import JOURNAL

VERSION = "2019.11.21"
# By account and table: the regions of its replicas, the first one's among them.
REPLICAS: dict[tuple[str, str], set[str]] = {}


def on_demand_tables_have_limits() -> None:
    """moto forgets a table's OnDemandThroughput:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html"""
    create, update, describe = (
        DynamoHandler.create_table,
        DynamoHandler.update_table,
        Table.describe,
    )

    def keep(handler: DynamoHandler, answer: Any) -> Any:
        table = handler.dynamodb_backend.get_table(handler.body["TableName"])
        if "OnDemandThroughput" in handler.body:
            table.on_demand = handler.body["OnDemandThroughput"]
        return answer

    def described(self: Table, base_key: str = "TableDescription") -> dict[str, Any]:
        told = describe(self, base_key)
        if hasattr(self, "on_demand"):
            told[base_key]["OnDemandThroughput"] = self.on_demand
        return told

    DynamoHandler.create_table = lambda self: keep(self, create(self))
    DynamoHandler.update_table = lambda self: keep(self, update(self))
    Table.describe = described


def tables_have_replicas() -> None:
    """moto ignores UpdateTable's ReplicaUpdates, and the provider waits for the replica for ever.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
    """
    update, describe = DynamoHandler.update_table, Table.describe
    delete = DynamoDBBackend.delete_table
    expire = DynamoDBBackend.update_time_to_live

    def updated(self: DynamoHandler) -> Any:
        answer = update(self)
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        for one in self.body.get("ReplicaUpdates") or ():
            _change_replicas(table, one)
        _share_settings(table)
        return answer

    def described(self: Table, base_key: str = "TableDescription") -> dict[str, Any]:
        told = describe(self, base_key)
        others = [_described(one) for one in replicas(self) if one is not self]
        if others:
            told[base_key] |= {"Replicas": others, "GlobalTableVersion": VERSION}
        return told

    def deleted(self: DynamoDBBackend, name: str) -> Table:
        table = delete(self, name)
        _leave(table)
        return table

    def expires(self: DynamoDBBackend, table_name: str, ttl_spec: dict[str, Any]) -> None:
        expire(self, table_name, ttl_spec)
        _share_settings(self.get_table(table_name))

    DynamoHandler.update_table = updated
    Table.describe = described
    DynamoDBBackend.delete_table = deleted
    DynamoDBBackend.update_time_to_live = expires


def replicas(table: Table) -> list[Table]:
    """A table's replicas in all regions, itself among them; only itself without replicas."""
    regions = REPLICAS.get((table.account_id, table.name))
    if regions is None:
        return [table]
    backends = dynamodb_backends[table.account_id]
    return [backends[region].tables[table.name] for region in sorted(regions)]


def _described(replica: Table) -> dict[str, Any]:
    told = {"RegionName": replica.region_name, "ReplicaStatus": "ACTIVE"}
    key = (replica.sse_specification or {}).get("KMSMasterKeyId")
    return {**told, "KMSMasterKeyId": key} if key else told


def _change_replicas(table: Table, update: dict[str, Any]) -> None:
    ((action, of),) = update.items()
    region = of["RegionName"]
    if action == "Create":
        replica = _copied(table, region, of.get("KMSMasterKeyId"))
        dynamodb_backends[table.account_id][region].tables[table.name] = replica
        known = REPLICAS.setdefault((table.account_id, table.name), {table.region_name})
        known.add(region)
    elif action == "Delete":
        _leave(dynamodb_backends[table.account_id][region].tables.pop(table.name))


def _leave(table: Table) -> None:
    known = REPLICAS.get((table.account_id, table.name), set())
    known.discard(table.region_name)
    if len(known) <= 1:
        REPLICAS.pop((table.account_id, table.name), None)


def _copied(table: Table, region: str, key: str | None) -> Table:
    """A new replica: with the items, and what DynamoDB keeps the same in all replicas."""
    replica = copy.deepcopy(table)
    replica.region_name = region
    replica.table_arn = table.table_arn.replace(f":{table.region_name}:", f":{region}:")
    replica.tags, replica.deletion_protection_enabled = [], False
    replica.lambda_event_source_mappings = {}
    replica.stream_shard = StreamShard(table.account_id, replica)
    replica.continuous_backups["PointInTimeRecoveryDescription"] = {
        "PointInTimeRecoveryStatus": "DISABLED"
    }
    if replica.sse_specification:
        replica.sse_specification["KMSMasterKeyId"] = key
    setattr(replica, JOURNAL, dict(getattr(table, JOURNAL, {})))
    return replica


def _share_settings(table: Table) -> None:
    """Those that DynamoDB keeps the same in all replicas, as far as they change here."""
    for replica in replicas(table):
        if replica is table:
            continue
        replica.ttl, replica.billing_mode = dict(table.ttl), table.billing_mode
        if hasattr(table, "on_demand"):
            replica.on_demand = dict(table.on_demand)
