"""The stack `tables`: each table, its replica in the standby's region, and their keys."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTable
from cdktf_cdktf_provider_aws.dynamodb_table_replica import DynamodbTableReplicaA
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey

from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks, example


@pytest.fixture
def stack(tables: Synthesised) -> Stack:
    return tables.stacks["tables"]


def provider(stack: Stack, body: dict[str, Any]) -> str:
    """The region of a resource's provider."""
    alias = body.get("provider", "aws").partition(".")[2]
    (found,) = (one for one in stack.json["provider"]["aws"] if one.get("alias", "") == alias)
    return found["region"]


def test_a_table_with_every_setting(stack: Stack) -> None:
    assert stack.has(
        DynamodbTable,
        name="tablespractice-ledger",
        billing_mode="PAY_PER_REQUEST",
        hash_key="account",
        range_key="number",
        attribute=[{"name": "account", "type": "S"}, {"name": "number", "type": "N"}],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        ttl={"attribute_name": "expires", "enabled": True},
        point_in_time_recovery={"enabled": True},
        on_demand_throughput={"max_read_request_units": 2000, "max_write_request_units": 1000},
        server_side_encryption={
            "enabled": True,
            "kms_key_arn": "${aws_kms_key.primary_tables_key.arn}",
        },
    )


def test_a_table_with_none(stack: Stack) -> None:
    table = stack.resources(DynamodbTable)["sessions"]
    assert {"range_key", "ttl", "on_demand_throughput", "server_side_encryption"}.isdisjoint(table)
    assert table["attribute"] == [{"name": "id", "type": "S"}]
    assert "kms_key_arn" not in stack.resources(DynamodbTableReplicaA)["sessions_replica"]


def test_each_table_is_the_primarys_and_its_replica_the_standbys(stack: Stack) -> None:
    replicas = stack.resources(DynamodbTableReplicaA)
    for name, table in stack.resources(DynamodbTable).items():
        replica = replicas[f"{name}_replica"]
        assert replica["global_table_arn"] == f"${{aws_dynamodb_table.{name}.arn}}"
        assert [provider(stack, one) for one in (table, replica)] == ["ap-south-1", "us-east-1"]
        assert replica["point_in_time_recovery"] is True
    assert len(replicas) == 2


def test_both_are_protected_and_the_table_ignores_its_replica(stack: Stack) -> None:
    for table in stack.resources(DynamodbTable).values():
        assert table["deletion_protection_enabled"] is True
        assert table["lifecycle"] == {"prevent_destroy": True, "ignore_changes": ["replica"]}
    for replica in stack.resources(DynamodbTableReplicaA).values():
        assert replica["deletion_protection_enabled"] is True
        assert replica["lifecycle"] == {"prevent_destroy": True}


def test_without_protection_everything_can_be_destroyed() -> None:
    environment = example("tables").model_copy(update={"deletion_protection": False})
    stack = Stacks(environment)["tables"]
    assert "prevent_destroy" not in stack.text
    for kind in (DynamodbTable, DynamodbTableReplicaA):
        assert {one["deletion_protection_enabled"] for one in stack.resources(kind).values()} == {
            False
        }


def test_each_region_has_a_key_for_those_who_may_use_it(stack: Stack) -> None:
    regions = {name: provider(stack, key) for name, key in stack.resources(KmsKey).items()}
    assert regions == {"primary_tables_key": "ap-south-1", "dr_tables_key": "us-east-1"}
    for key in stack.resources(KmsKey).values():
        assert key["enable_key_rotation"] is True
        assert key["lifecycle"] == {"prevent_destroy": True}
        (statement,) = json.loads(key["policy"])["Statement"]
        assert statement["Principal"]["AWS"].endswith(":root")
    aliases = stack.resources(KmsAlias).values()
    assert [one["name"] for one in aliases] == ["alias/tablespractice-tables"] * 2


def test_without_own_keys_there_is_no_key() -> None:
    environment = example("tables")
    tables = [table.model_copy(update={"own_keys": False}) for table in environment.data.tables]
    data = environment.data.model_copy(update={"tables": tables})
    stacks = Stacks(environment.model_copy(update={"data": data}))
    assert stacks["tables"].resources(KmsKey) == {}
    assert "data" not in stacks["tables"].json
    assert "kms:ViaService" not in stacks["primary"].text
