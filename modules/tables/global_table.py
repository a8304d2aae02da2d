"""A DynamoDB global table: a table and its replica in the other region."""

from typing import Any

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTableOnDemandThroughput,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
    DynamodbTableTtl,
)
from cdktf_cdktf_provider_aws.dynamodb_table_replica import DynamodbTableReplicaA
from constructs import Construct

from environments import Table
from modules.module import DEFAULT, Module

# DynamoDB replicates by this stream, and takes no other.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
STREAM = "NEW_AND_OLD_IMAGES"


class GlobalTable(Module):
    """A table of version 2019.11.21 with eventual consistency across regions.

    The replica is a resource of its own: a `replica` block has no deletion protection, which
    DynamoDB does not copy to replicas. Then the table must ignore what it reads of its replicas.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html
    https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/dynamodb_table_replica

    Args:
        name: Its name in AWS, the same in both regions.
        settings: Its key and features.
        protected: Whether AWS and Terraform refuse to delete it.
        key_arns: The KMS keys of the table and of the replica; None for keys that AWS owns.
        replica_provider: Provider for the replica's region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        settings: Table,
        protected: bool,
        key_arns: tuple[str, str] | None,
        replica_provider: TerraformProvider,
    ) -> None:
        super().__init__(scope, id)
        own, replicas = key_arns or (None, None)
        table = DynamodbTable(
            self,
            DEFAULT,
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=settings.partition_key,
            range_key=settings.sort_key,
            attribute=[
                DynamodbTableAttribute(name=attribute, type=kind)
                for attribute, kind in settings.key_types.items()
            ],
            stream_enabled=True,
            stream_view_type=STREAM,
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(
                enabled=settings.point_in_time_recovery
            ),
            deletion_protection_enabled=protected,
            tags={"Name": name},
            lifecycle=_lifecycle(protected=protected, ignore_changes=["replica"]),
            **_optional(settings, own),
        )
        DynamodbTableReplicaA(
            self,
            "replica",
            provider=replica_provider,
            global_table_arn=table.arn,
            point_in_time_recovery=settings.point_in_time_recovery,
            deletion_protection_enabled=protected,
            kms_key_arn=replicas,
            tags={"Name": name},
            lifecycle=_lifecycle(protected=protected),
        )


def _lifecycle(*, protected: bool, **settings: Any) -> TerraformResourceLifecycle | None:
    if protected:
        settings["prevent_destroy"] = True
    return TerraformResourceLifecycle(**settings) if settings else None


def _optional(settings: Table, key_arn: str | None) -> dict[str, Any]:
    """The blocks that a table may be without."""
    blocks: dict[str, Any] = {}
    if settings.time_to_live is not None:
        blocks["ttl"] = DynamodbTableTtl(attribute_name=settings.time_to_live, enabled=True)
    if key_arn is not None:
        blocks["server_side_encryption"] = DynamodbTableServerSideEncryption(
            enabled=True, kms_key_arn=key_arn
        )
    if (settings.max_read_units, settings.max_write_units) != (None, None):
        blocks["on_demand_throughput"] = DynamodbTableOnDemandThroughput(
            max_read_request_units=settings.max_read_units,
            max_write_request_units=settings.max_write_units,
        )
    return blocks
