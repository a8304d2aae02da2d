"""Violations of the rules on databases."""

from typing import Any

from policy.rule import Function
from policy.rules import database_access as access
from policy.rules import database_failover as failover
from policy.rules import databases
from tests.policy.sabotages.rule_sabotage import RuleSabotage, violates
from tests.sabotage import (
    Edit,
    Stacks,
    add,
    allowing,
    body,
    both,
    gone,
    put,
    statements,
    without_action,
)

GLOBAL, CLUSTER, INSTANCE = "aws_rds_global_cluster", "aws_rds_cluster", "aws_db_instance"
READER = "aws_rds_cluster_instance"
SECRET = "aws_secretsmanager_secret"
VERSION, ENDPOINT = f"{SECRET}_version", "aws_vpc_endpoint.secretsmanager_endpoint"
ALARM, LAG = "aws_cloudwatch_metric_alarm", "aws_cloudwatch_metric_alarm.database_lag_alarm"
CONTROL, INSTANCES = "aws_iam_role_policy.control_policy", "aws_iam_role_policy.instance_policy"
READINESS = "aws_iam_role_policy.standby_readiness_policy"
FUNCTION = "aws_lambda_function.control"
ELSEWHERE = "arn:aws:rds:eu-west-1:111122223333:db:another"


def aurora(rule: Function, what: str, apply: Edit, *also: Function) -> RuleSabotage:
    """In an Aurora Global Database that the control promotes."""
    return violates(rule, f"Aurora: {what}", apply, *also, example="aurora")


def replica(rule: Function, what: str, apply: Edit, *also: Function) -> RuleSabotage:
    """In an instance with a read replica that people promote."""
    return violates(rule, f"RDS: {what}", apply, *also, example="replica")


def moved(stack: str, where: str, to: str, name: str, **changes: Any) -> Edit:
    """Moves a stack's only resource of a type to another stack."""

    def apply(stacks: Stacks) -> None:
        found = {**body(stacks, stack, where), **changes}
        found.pop("provider", None)
        both(gone(stack, where), add(to, f"{where}.{name}", **found))(stacks)

    return apply


def not_ignored(stack: str, where: str, field: str) -> Edit:
    return lambda stacks: body(stacks, stack, where)["lifecycle"]["ignore_changes"].remove(field)


MEMBERSHIP = (
    aurora(
        databases.each_region_has_one_database,
        "a standby without a database",
        gone("dr", CLUSTER, READER),
    ),
    replica(
        databases.each_region_has_one_database,
        "a database of another name",
        both(
            put("primary", INSTANCE, "identifier", "another"),
            put("primary", INSTANCE, "depends_on", None),
        ),
        access.database_logs_to_groups_that_exist,
    ),
    aurora(
        databases.global_database_is_bootstraps_alone,
        "a global database of a region",
        moved("bootstrap", GLOBAL, "primary", "global_cluster"),
    ),
    aurora(
        databases.global_database_is_bootstraps_alone,
        "no global database",
        gone("bootstrap", GLOBAL),
    ),
    aurora(
        databases.cluster_joins_its_global_database,
        "a standby outside of it",
        put("dr", CLUSTER, "global_cluster_identifier", None),
    ),
    aurora(
        databases.cluster_joins_its_global_database,
        "a standby in another's",
        put("dr", CLUSTER, "global_cluster_identifier", "staging-database"),
    ),
    aurora(
        databases.databases_agree,
        "a standby of another version",
        put("dr", CLUSTER, "engine_version", "16.4"),
    ),
    aurora(
        databases.databases_agree,
        "an unencrypted global database",
        put("bootstrap", GLOBAL, "storage_encrypted", None),
    ),
    aurora(
        databases.databases_agree,
        "an instance of another engine",
        put("dr", READER, "engine", "aurora-mysql"),
    ),
    replica(
        databases.databases_agree,
        "an unencrypted replica",
        put("dr", INSTANCE, "storage_encrypted", False),
    ),
    aurora(
        databases.global_database_has_no_burstable_class,
        "a burstable class",
        put("dr", READER, "instance_class", "db.t4g.medium"),
    ),
    aurora(
        databases.global_database_lets_no_member_go,
        "force_destroy",
        put("bootstrap", GLOBAL, "force_destroy", True),
    ),
    aurora(
        databases.primary_alone_leaves_a_snapshot,
        "no last snapshot",
        put("primary", CLUSTER, "skip_final_snapshot", True),
    ),
    aurora(
        databases.primary_alone_leaves_a_snapshot,
        "a last snapshot without a name",
        put("primary", CLUSTER, "final_snapshot_identifier", None),
    ),
    replica(
        databases.primary_alone_leaves_a_snapshot,
        "a last snapshot of a replica",
        put("dr", INSTANCE, "skip_final_snapshot", None),
    ),
    *(
        aurora(
            databases.failover_is_not_undone_by_an_apply,
            f"{field} is not ignored in {stack}",
            not_ignored(stack, CLUSTER, field),
        )
        for stack in ("primary", "dr")
        for field in databases.MOVED[CLUSTER]
    ),
    replica(
        databases.failover_is_not_undone_by_an_apply,
        "the source is not ignored",
        not_ignored("dr", INSTANCE, "replicate_source_db"),
    ),
)
COPIES = (
    aurora(
        databases.standby_copies_the_primary,
        "a standby with a user",
        put("dr", CLUSTER, "master_username", "application"),
    ),
    aurora(
        databases.standby_copies_the_primary,
        "a standby with a database",
        put("dr", CLUSTER, "database_name", "application"),
    ),
    aurora(
        databases.standby_copies_the_primary,
        "a primary without a user",
        put("primary", CLUSTER, "master_username", None),
    ),
    replica(
        databases.standby_copies_the_primary,
        "a standby that copies nothing",
        put("dr", INSTANCE, "replicate_source_db", None),
    ),
    replica(
        databases.standby_copies_the_primary,
        "a standby that copies another",
        put("dr", INSTANCE, "replicate_source_db", ELSEWHERE),
    ),
    replica(
        databases.standby_copies_the_primary,
        "a primary that is a copy",
        put("primary", INSTANCE, "replicate_source_db", ELSEWHERE),
    ),
    replica(
        databases.database_is_backed_up,
        "a source without backups",
        put("primary", INSTANCE, "backup_retention_period", 0),
    ),
    aurora(
        databases.database_is_backed_up,
        "a standby with backups of a day",
        put("dr", CLUSTER, "backup_retention_period", 1),
    ),
    aurora(
        databases.database_is_protected_as_said,
        "a global database that may be deleted",
        put("bootstrap", GLOBAL, "deletion_protection", False),
    ),
    replica(
        databases.database_is_protected_as_said,
        "a replica that a plan may replace",
        put("dr", INSTANCE, "lifecycle.prevent_destroy", None),
    ),
    violates(
        databases.database_is_protected_as_said,
        "a trial whose database cannot be deleted",
        put("primary", CLUSTER, "deletion_protection", True),
        example="trial",
    ),
)
FAILOVER = (
    aurora(failover.lag_alarm_guards_the_rpo, "no alarm on the lag", gone("primary", LAG)),
    aurora(
        failover.lag_alarm_guards_the_rpo,
        "seconds for milliseconds",
        put("dr", LAG, "threshold", 60),
    ),
    replica(
        failover.lag_alarm_guards_the_rpo,
        "milliseconds for seconds",
        put("dr", LAG, "threshold", 60000),
    ),
    replica(
        failover.lag_alarm_guards_the_rpo,
        "an alarm that waits for an hour",
        put("dr", LAG, "evaluation_periods", 60),
    ),
    replica(
        failover.lag_alarm_guards_the_rpo,
        "the lag of another instance",
        put("dr", LAG, "dimensions.DBInstanceIdentifier", "another"),
    ),
    aurora(
        failover.lag_alarm_guards_the_rpo,
        "an alarm on one bad minute of three",
        put("dr", LAG, "datapoints_to_alarm", 1),
    ),
    aurora(
        failover.database_is_watched,
        "no alarm on the storage",
        gone("dr", f"{ALARM}.database_storage_alarm"),
    ),
    aurora(
        failover.database_is_watched,
        "no alarm on the promotion",
        gone("dr", f"{ALARM}.promotion_failed_alarm"),
    ),
    replica(
        failover.database_is_watched,
        "no alarm on a standby that only reads",
        gone("dr", f"{ALARM}.standby_read_only_alarm"),
    ),
    aurora(
        failover.control_knows_the_database,
        "a control that never promotes",
        put("dr", FUNCTION, "environment.variables.PROMOTE_AFTER_MINUTES", None),
    ),
    replica(
        failover.control_knows_the_database,
        "a control that promotes by itself",
        put("dr", FUNCTION, "environment.variables.PROMOTE_AFTER_MINUTES", "5"),
    ),
    replica(
        failover.control_knows_the_database,
        "a control without a database",
        put("dr", FUNCTION, "environment.variables.DATABASE", None),
    ),
    aurora(
        failover.control_alone_promotes_and_only_if_told,
        "a control that may not promote",
        statements("dr", CONTROL, without_action("rds:FailoverGlobalCluster")),
    ),
    replica(
        failover.control_alone_promotes_and_only_if_told,
        "a control that may promote unasked",
        statements("dr", CONTROL, allowing("rds:PromoteReadReplica", "arn:aws:rds:*:*:db:x")),
    ),
    aurora(
        failover.control_alone_promotes_and_only_if_told,
        "instances that may promote",
        statements("dr", INSTANCES, allowing("rds:FailoverGlobalCluster", "arn:aws:rds:::x")),
    ),
)
SABOTAGES = (*MEMBERSHIP, *COPIES, *FAILOVER)
