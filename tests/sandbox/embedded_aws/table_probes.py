"""Probes an AWS for DynamoDB's global tables."""

from typing import Any

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique

REGION, OTHER = "us-east-1", "ap-south-1"


def table(aws: EmbeddedAws, **settings: Any) -> str:
    """A new table's name."""
    name = unique()
    aws.client("dynamodb", REGION).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        **settings,
    )
    return name


def global_table(aws: EmbeddedAws, **settings: Any) -> str:
    """A new global table's name."""
    name = table(aws, **settings)
    aws.client("dynamodb", REGION).update_table(
        TableName=name, ReplicaUpdates=[{"Create": {"RegionName": OTHER}}]
    )
    return name


def on_demand_tables_have_limits(aws: EmbeddedAws) -> bool:
    dynamodb = aws.client("dynamodb", REGION)
    name = table(aws, OnDemandThroughput={"MaxReadRequestUnits": 5})

    def limits() -> Any:
        return dynamodb.describe_table(TableName=name)["Table"].get("OnDemandThroughput")

    before = limits()
    dynamodb.update_table(TableName=name, OnDemandThroughput={"MaxReadRequestUnits": 6})
    return (before, limits()) == ({"MaxReadRequestUnits": 5}, {"MaxReadRequestUnits": 6})


def tables_have_replicas(aws: EmbeddedAws) -> bool:
    one, name = aws.client("dynamodb", REGION), global_table(aws)
    told = one.describe_table(TableName=name)["Table"]
    if told.get("Replicas") != [{"RegionName": OTHER, "ReplicaStatus": "ACTIVE"}]:
        return False
    there = aws.client("dynamodb", OTHER)
    expires = {"Enabled": True, "AttributeName": "until"}
    one.update_time_to_live(TableName=name, TimeToLiveSpecification=expires)
    shared = there.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    there.delete_table(TableName=name)
    alone = "Replicas" not in one.describe_table(TableName=name)["Table"]
    return alone and shared == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}


def writes_have_a_time(aws: EmbeddedAws) -> bool:
    """The later of two writes stays, also where they could not be exchanged."""
    one, there = (aws.client("dynamodb", region) for region in (REGION, OTHER))
    name = table(aws)
    item = {"id": {"S": "1"}}
    one.put_item(TableName=name, Item={**item, "at": {"S": "before"}})
    one.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": OTHER}}])
    try:
        there.put_item(TableName=name, Item={**item, "at": {"S": "after"}})
    except there.exceptions.ResourceNotFoundException:
        return False
    return one.get_item(TableName=name, Key=item)["Item"]["at"] == {"S": "after"}
