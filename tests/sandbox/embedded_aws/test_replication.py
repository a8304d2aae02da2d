"""DynamoDB's global tables exchange what is written in either region, and the last writer wins."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.table_probes import OTHER, REGION, global_table

KEY = {"id": {"S": "1"}}


class Replica:
    """A global table, as one region has it."""

    def __init__(self, aws: EmbeddedAws, name: str, region: str) -> None:
        self._table = {"TableName": name}
        self.client: Any = aws.client("dynamodb", region)

    def put(self, value: str) -> None:
        self.client.put_item(**self._table, Item={**KEY, "value": {"S": value}})

    def update(self, value: str) -> None:
        self.client.update_item(
            **self._table,
            Key=KEY,
            UpdateExpression="SET another = :v",
            ExpressionAttributeValues={":v": {"S": value}},
        )

    def delete(self) -> None:
        self.client.delete_item(**self._table, Key=KEY)

    @property
    def item(self) -> dict[str, str] | None:
        """Its only item, without its key."""
        found = self.client.get_item(**self._table, Key=KEY).get("Item")
        return found and {name: value["S"] for name, value in found.items() if name != "id"}


@pytest.fixture
def pair(aws: EmbeddedAws) -> tuple[Replica, Replica]:
    name = global_table(aws)
    return Replica(aws, name, REGION), Replica(aws, name, OTHER)


def test_each_region_has_what_the_other_wrote(pair: tuple[Replica, Replica]) -> None:
    one, other = pair
    one.put("1")
    assert other.item == {"value": "1"}
    other.update("2")
    assert one.item == {"value": "1", "another": "2"}
    one.delete()
    assert other.item is None


def test_a_lost_region_catches_up(aws: EmbeddedAws, pair: tuple[Replica, Replica]) -> None:
    one, other = pair
    one.put("1")
    aws.lose(REGION)
    other.put("2")
    aws.restore(REGION)
    assert one.item == {"value": "2"}


def test_the_last_writer_wins(aws: EmbeddedAws, pair: tuple[Replica, Replica]) -> None:
    one, other = pair
    aws.lose(OTHER)
    one.put("earlier")
    aws.restore(OTHER)
    aws.lose(REGION)
    other.put("later")
    aws.restore(REGION)
    assert one.item == other.item == {"value": "later"}


def test_a_transaction_that_fails_replicates_nothing(pair: tuple[Replica, Replica]) -> None:
    one, other = pair
    name = one._table["TableName"]
    writes = [
        {"Put": {"TableName": name, "Item": {**KEY, "value": {"S": "1"}}}},
        {
            "Put": {
                "TableName": name,
                "Item": {"id": {"S": "2"}},
                "ConditionExpression": "attribute_exists(id)",
            }
        },
    ]
    with pytest.raises(one.client.exceptions.TransactionCanceledException):
        one.client.transact_write_items(TransactItems=writes)
    assert (one.item, other.item) == (None, None)


def test_a_replica_has_what_was_there_before(aws: EmbeddedAws) -> None:
    dynamodb = aws.client("dynamodb", REGION)
    name = global_table(aws)
    dynamodb.update_table(TableName=name, ReplicaUpdates=[{"Delete": {"RegionName": OTHER}}])
    Replica(aws, name, REGION).put("1")
    dynamodb.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": OTHER}}])
    assert Replica(aws, name, OTHER).item == {"value": "1"}


def test_replicas_have_tags_backups_and_protection_of_their_own(
    aws: EmbeddedAws, pair: tuple[Replica, Replica]
) -> None:
    name, there = pair[0]._table["TableName"], pair[1].client
    here = aws.client("dynamodb", REGION)
    here.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    here.update_table(TableName=name, DeletionProtectionEnabled=True)
    told = there.describe_table(TableName=name)["Table"]
    assert told["TableArn"] == f"arn:aws:dynamodb:{OTHER}:123456789012:table/{name}"
    assert told["DeletionProtectionEnabled"] is False
    assert told["LatestStreamArn"].startswith(told["TableArn"])
    backups = there.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    status = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert status == "DISABLED"
