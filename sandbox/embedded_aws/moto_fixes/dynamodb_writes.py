"""Fixes of moto's DynamoDB: what is written, and when, for other replicas to take over."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import copy
import time
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

# A table's attribute: by key, when an item was last written, in nanoseconds, and the item, or None
# where it was deleted.
JOURNAL = "_journal"


def writes_have_a_time() -> None:
    """moto does not know when an item was written, by which the last writer wins:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html

    It is kept on the table, so that a transaction that moto rolls back takes its writes with it.
    """
    put, delete, update = Table.put_item, Table.delete_item, DynamoDBBackend.update_item

    def put_and_note(self: Table, *args: Any, **kwargs: Any) -> Item:
        item = put(self, *args, **kwargs)
        _note(self, item.hash_key, item.range_key, item)
        return item

    def delete_and_note(
        self: Table, hash_key: DynamoType, range_key: DynamoType | None
    ) -> Item | None:
        item = delete(self, hash_key, range_key)
        if item is not None:
            _note(self, hash_key, range_key, None)
        return item

    def update_and_note(self: DynamoDBBackend, table_name: str, *args: Any, **kwargs: Any) -> Item:
        item = update(self, table_name, *args, **kwargs)
        _note(self.get_table(table_name), item.hash_key, item.range_key, item)
        return item

    Table.put_item = put_and_note
    Table.delete_item = delete_and_note
    DynamoDBBackend.update_item = update_and_note


def _note(
    table: Table,
    key: DynamoType,
    sort: DynamoType | None,
    item: Item | None,
    at: int | None = None,
) -> None:
    if not hasattr(table, JOURNAL):
        setattr(table, JOURNAL, {})
    getattr(table, JOURNAL)[key, sort] = (at or time.time_ns(), copy.deepcopy(item))


def take_over(table: Table, source: Table) -> None:
    """Applies the source's later writes to a table."""
    for (key, sort), (at, item) in list(getattr(source, JOURNAL, {}).items()):
        if at > getattr(table, JOURNAL, {}).get((key, sort), (0, None))[0]:
            _apply(table, key, sort, copy.deepcopy(item))
            _note(table, key, sort, item, at)


def _apply(table: Table, key: DynamoType, sort: DynamoType | None, item: Item | None) -> None:
    before, items = table.get_item(key, sort), table.items
    place: Any = items[key] if sort else items
    if item is not None:
        place[sort or key] = item
    elif before is not None:
        place.pop(sort or key)
    if table.stream_shard is not None and (before or item):
        table.stream_shard.add(before, item)
