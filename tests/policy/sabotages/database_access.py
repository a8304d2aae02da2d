"""Violations of the rules on access to databases."""

from typing import Any

from policy.rules import database_access as access
from policy.rules import regions
from tests.policy.sabotages.databases import (
    CLUSTER,
    CONTROL,
    INSTANCE,
    INSTANCES,
    READER,
    READINESS,
    aurora,
    moved,
    replica,
)
from tests.sabotage import (
    Edit,
    Stacks,
    Statements,
    add,
    allowing,
    body,
    copied,
    put,
    statements,
    without_action,
)

SECRET = "aws_secretsmanager_secret"
VERSION, ENDPOINT = f"{SECRET}_version", "aws_vpc_endpoint.secretsmanager_endpoint"
INGRESS, FROM_INSTANCES = "aws_vpc_security_group_ingress_rule", "database_from_instances"


def beside_the_instances(stacks: Stacks) -> None:
    subnets = body(stacks, "primary", "aws_autoscaling_group")["vpc_zone_identifier"]
    body(stacks, "primary", "aws_db_subnet_group")["subnet_ids"] = list(subnets)


def routed(stacks: Stacks) -> None:
    """Gives a database's subnet the route table of a public one."""
    table = body(stacks, "dr", "aws_route")["route_table_id"]
    subnet = body(stacks, "dr", "aws_db_subnet_group")["subnet_ids"][0]
    add("dr", "aws_route_table_association.x", subnet_id=subnet, route_table_id=table)(stacks)


def ingress(stack: str, name: str = FROM_INSTANCES, **changes: Any) -> Edit:
    return copied(stack, f"{INGRESS}.{FROM_INSTANCES}", name, **changes)


def any_secret(found: Statements) -> None:
    for one in found:
        if "secretsmanager:GetSecretValue" in one["Action"]:
            one["Resource"] = "arn:aws:secretsmanager:*:*:secret:*"


SABOTAGES = (
    aurora(
        access.database_password_is_in_no_state,
        "a password that RDS manages",
        put("primary", CLUSTER, "manage_master_user_password", True),
    ),
    replica(
        access.database_password_is_in_no_state,
        "a plain password",
        put("primary", INSTANCE, "password", "plain"),
    ),
    replica(
        access.database_password_is_in_no_state,
        "a password that a resource keeps",
        put("primary", INSTANCE, "password_wo", "${random_password.database.result}"),
    ),
    aurora(
        access.database_password_is_in_no_state,
        "a secret in the state",
        put("primary", VERSION, "secret_string", "plain"),
    ),
    aurora(
        access.database_secret_is_in_both_regions,
        "a secret of the primary alone",
        put("primary", SECRET, "replica", None),
    ),
    aurora(
        access.database_secret_is_in_both_regions,
        "a secret in a third region",
        put("primary", SECRET, "replica", [{"region": "eu-west-1"}]),
    ),
    replica(
        access.database_secret_is_in_both_regions,
        "a secret of the standby's",
        moved("primary", SECRET, "dr", "database_secret", replica=[]),
    ),
    aurora(
        access.database_has_a_key_of_its_region,
        "AWS's own key",
        put("dr", CLUSTER, "kms_key_id", None),
    ),
    replica(
        access.database_has_a_key_of_its_region,
        "the other region's key",
        put("dr", INSTANCE, "kms_key_id", "arn:aws:kms:ap-south-1:111122223333:key/1"),
        regions.regional_stack_names_no_other_region,
    ),
    aurora(
        access.database_has_a_key_of_its_region,
        "Performance Insights with AWS's own key",
        put("primary", READER, "performance_insights_kms_key_id", None),
    ),
    aurora(
        access.database_is_apart,
        "an instance with a public address",
        put("dr", READER, "publicly_accessible", True),
    ),
    replica(
        access.database_is_apart,
        "a replica with a public address",
        put("dr", INSTANCE, "publicly_accessible", True),
    ),
    aurora(access.database_is_apart, "a database beside the instances", beside_the_instances),
    aurora(access.database_is_apart, "a database with a way out", routed),
    aurora(
        access.instances_alone_reach_the_database,
        "a second way in",
        ingress("dr", "sabotage", cidr_ipv4="10.0.0.0/8"),
    ),
    aurora(
        access.instances_alone_reach_the_database,
        "a way in for all ports",
        ingress("primary", from_port=0, to_port=65535),
    ),
    replica(
        access.instances_alone_reach_the_database,
        "a way in for the network",
        ingress("dr", cidr_ipv4="10.1.0.0/16", referenced_security_group_id=None),
    ),
    replica(
        access.instances_alone_reach_the_database,
        "a way in of the group's own",
        put("dr", "aws_security_group.database_security_group", "ingress", [{"from_port": 22}]),
    ),
    aurora(
        access.database_takes_tls_alone,
        "a server that takes plain connections",
        put("dr", "aws_rds_cluster_parameter_group", "parameter.value", "0"),
    ),
    replica(
        access.database_takes_tls_alone,
        "a server with AWS's parameters",
        put("dr", INSTANCE, "parameter_group_name", "default.mysql8.0"),
    ),
    aurora(
        access.database_logs_to_groups_that_exist,
        "no logs",
        put("dr", CLUSTER, "enabled_cloudwatch_logs_exports", None),
    ),
    replica(
        access.database_logs_to_groups_that_exist,
        "a log whose group RDS creates",
        put("dr", "aws_cloudwatch_log_group.database_error_log", "name", "/aws/rds/error"),
    ),
    aurora(
        access.instances_read_their_secret_alone,
        "instances that read any secret",
        statements("dr", INSTANCES, any_secret),
    ),
    aurora(
        access.instances_read_their_secret_alone,
        "instances that read no secret",
        statements("dr", INSTANCES, without_action("secretsmanager:GetSecretValue")),
    ),
    aurora(
        access.instances_read_their_secret_alone,
        "a control that changes the secret",
        statements(
            "dr",
            CONTROL,
            allowing("secretsmanager:PutSecretValue", "arn:aws:secretsmanager:*:*:secret:x"),
        ),
    ),
    aurora(
        access.instances_read_their_secret_alone,
        "readiness checks that see another secret",
        statements(
            "dr",
            READINESS,
            allowing("secretsmanager:DescribeSecret", "arn:aws:secretsmanager:*:*:secret:x"),
        ),
    ),
    replica(
        access.instances_read_their_secret_alone,
        "an endpoint for any secret",
        statements("primary", ENDPOINT, any_secret),
    ),
    replica(
        access.instances_read_their_secret_alone,
        "an endpoint with AWS's policy",
        put("primary", ENDPOINT, "policy", None),
    ),
)
