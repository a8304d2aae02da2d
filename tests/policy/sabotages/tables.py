"""Sabotages of DynamoDB global tables."""

from functools import partial

from policy.rules import identity, regions
from policy.rules import tables as rules
from tests.policy.sabotages.rule_sabotage import RuleSabotage
from tests.policy.sabotages.rule_sabotage import violates as violates_example
from tests.sabotage import (
    add,
    allowing,
    copied,
    gone,
    put,
    statements,
)

violates = partial(violates_example, example="tables")
TABLE, REPLICA = "aws_dynamodb_table.ledger", "aws_dynamodb_table_replica.ledger_replica"
ENDPOINT, ROLE = "aws_vpc_endpoint.dynamodb_endpoint", "aws_iam_role_policy.instance_policy"
ALL_TABLES = "arn:aws:dynamodb:ap-south-1:*:table/*"

SABOTAGES: tuple[RuleSabotage, ...] = (
    violates(
        rules.table_has_its_replica,
        "a table without a replica",
        gone("tables", REPLICA),
    ),
    violates(
        rules.table_has_its_replica,
        "a replica beside its table",
        put("tables", "aws_dynamodb_table_replica.sessions_replica", "provider", "aws"),
    ),
    violates(
        rules.table_has_its_replica,
        "a second replica",
        copied("tables", "aws_dynamodb_table_replica.sessions_replica", "again"),
    ),
    violates(
        rules.table_has_its_replica,
        "a table that is not there",
        gone(
            "tables",
            "aws_dynamodb_table.sessions",
            "aws_dynamodb_table_replica.sessions_replica",
        ),
    ),
    violates(
        rules.table_has_its_replica,
        "a table in the standby's region",
        put("tables", "aws_dynamodb_table.sessions", "provider", "aws.standby"),
    ),
    violates(
        rules.table_has_its_replica,
        "a table that reads its replica as a change",
        put("tables", TABLE, "lifecycle.ignore_changes", []),
    ),
    violates(
        rules.table_has_its_replica,
        "a table in a regional stack",
        add("primary", "aws_dynamodb_table.orders", name="orders", tags={"Name": "orders"}),
    ),
    violates(
        rules.table_can_be_restored,
        "a table that cannot be restored",
        put("tables", TABLE, "point_in_time_recovery.enabled", value=False),
    ),
    violates(
        rules.table_can_be_restored,
        "a replica that cannot be restored",
        put("tables", REPLICA, "point_in_time_recovery", value=False),
    ),
    violates(
        rules.table_is_protected,
        "an unprotected replica",
        put("tables", REPLICA, "deletion_protection_enabled", value=False),
    ),
    violates(
        rules.table_is_protected,
        "a table that Terraform destroys",
        put("tables", TABLE, "lifecycle.prevent_destroy", None),
    ),
    violates(
        rules.table_is_encrypted_as_set,
        "a replica without the key",
        put("tables", REPLICA, "kms_key_arn", None),
    ),
    violates(
        rules.table_is_encrypted_as_set,
        "the other region's key",
        put(
            "tables",
            TABLE,
            "server_side_encryption.kms_key_arn",
            "${aws_kms_key.dr_tables_key.arn}",
        ),
    ),
    violates(
        rules.table_is_encrypted_as_set,
        "a key that nobody asked for",
        put(
            "tables",
            "aws_dynamodb_table_replica.sessions_replica",
            "kms_key_arn",
            "${aws_kms_key.dr_tables_key.arn}",
        ),
    ),
    violates(
        rules.instances_reach_their_tables_alone,
        "an endpoint without a policy",
        put("primary", ENDPOINT, "policy", None),
    ),
    violates(
        rules.instances_reach_their_tables_alone,
        "an endpoint for every table",
        statements("primary", ENDPOINT, allowing("dynamodb:GetItem", ALL_TABLES, Principal="*")),
    ),
    violates(
        rules.instances_reach_their_tables_alone,
        "an endpoint for everything",
        statements("primary", ENDPOINT, allowing("*", "*", Principal="*")),
    ),
    violates(
        rules.instances_reach_their_tables_alone,
        "a role with every action",
        statements(
            "dr",
            ROLE,
            allowing("dynamodb:*", "arn:aws:dynamodb:us-east-1:1:table/awspractice-ledger"),
        ),
        identity.role_has_no_wildcard_action,
    ),
    violates(
        rules.instances_reach_their_tables_alone,
        "a role for the other region's table",
        statements(
            "dr",
            ROLE,
            allowing("dynamodb:GetItem", "arn:aws:dynamodb:ap-south-1:1:table/awspractice-ledger"),
        ),
        regions.regional_stack_names_no_other_region,
    ),
    violates(
        rules.table_is_watched,
        "a table whose lag nobody sees",
        gone("dr", "aws_cloudwatch_metric_alarm.ledger_table_lag"),
    ),
)
