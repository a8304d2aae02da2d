"""DynamoDB global tables: what protects them, and that they are only what the environment says."""

from collections.abc import Iterator
from typing import Any

from emitted import Deployment, Resource, blocks, is_true, texts
from environments import ROLES, Role, Table
from modules.alarm_names import alarm_name, table_kinds, table_prefix
from policy.documents import actions, allowed, resources
from policy.finding import Finding
from policy.rule import error

STACK = "tables"
KINDS = ("aws_dynamodb_table", "aws_dynamodb_table_replica")


def _known(deployment: Deployment) -> dict[str, Table]:
    """The environment's tables, by their names in AWS."""
    environment = deployment.environment
    return {environment.table_name(table): table for table in environment.data.tables}


def _copies(deployment: Deployment) -> Iterator[tuple[Resource, Table]]:
    """Every table and replica, and what the environment says of it. Unknown ones have a rule of
    their own."""
    known = _known(deployment)
    for one in deployment.resources(*KINDS):
        table = deployment.named(one, one.get("global_table_arn")) or one
        if table.get("name") in known:
            yield one, known[table.get("name")]


@error
def table_has_its_replica(deployment: Deployment) -> Iterator[Finding]:
    """The stack `tables` has each table of the environment, in the primary's region, and one
    replica, in the standby's; no other stack has any.

    A table without a replica is lost with its region. What a table reads of its replicas must be
    ignored, or the next plan removes them.
    [Global tables](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html)
    """
    primary, standby = deployment.regions
    known = _known(deployment)
    tables = {one.get("name"): one for one in deployment.resources(KINDS[0], stack=STACK)}
    for one in deployment.resources(*KINDS):
        if one.stack != STACK:
            yield Finding.of(one, "is in another stack", STACK)
    for name in known.keys() - tables.keys():
        yield Finding(STACK, KINDS[0], f"there is no table {name}", name)
    for name, table in tables.items():
        copies = deployment.naming(KINDS[1], "global_table_arn", table)
        if name not in known:
            yield Finding.of(table, f"the environment has no table {name}", "its tables alone")
        if table.region != primary:
            yield Finding.of(table, f"is in {table.region}", primary)
        if [one.region for one in copies] != [standby]:
            where = ", ".join(one.region for one in copies) or "no region"
            yield Finding.of(table, f"has replicas in {where}", standby)
        if "replica" not in texts(table.get("lifecycle", "ignore_changes")):
            yield Finding.of(table, "a plan would remove its replica", "ignore_changes")


@error
def table_can_be_restored(deployment: Deployment) -> Iterator[Finding]:
    """Tables and replicas have point-in-time recovery, unless the environment turns it off.

    A mistaken write reaches both regions within a second; a replica is no backup.
    [Point-in-time recovery](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html)
    """
    for one, table in _copies(deployment):
        # A block of the table's, an argument of the replica's.
        given: Any = one.get("point_in_time_recovery")
        on = [block.get("enabled") for block in blocks(given)] or [given]
        if table.point_in_time_recovery and not all(map(is_true, on)):
            yield Finding.of(one, "cannot be restored", "point_in_time_recovery")


@error
def table_is_protected(deployment: Deployment) -> Iterator[Finding]:
    """With `deletion_protection`, neither AWS nor Terraform deletes a table or its replica.

    DynamoDB does not copy a table's protection to its replicas.
    [Deletion protection](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html)
    """
    if not deployment.environment.deletion_protection:
        return
    for one, _ in _copies(deployment):
        if not is_true(one.get("deletion_protection_enabled")):
            yield Finding.of(one, "AWS would delete it", "deletion_protection_enabled")
        if not is_true(one.get("lifecycle", "prevent_destroy")):
            yield Finding.of(one, "Terraform would destroy it", "prevent_destroy")


@error
def table_is_encrypted_as_set(deployment: Deployment) -> Iterator[Finding]:
    """With `own_keys`, a table and its replica each have a KMS key of this stack in their own
    region; without, AWS's.

    A key of another region cannot be used, and is lost with that region.
    [Encryption](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html)
    """
    for one, table in _copies(deployment):
        given = one.get("kms_key_arn") or one.get("server_side_encryption", "kms_key_arn")
        key = deployment.named(one, given)
        if not table.own_keys and given:
            yield Finding.of(one, f"its key is {given}", "a key that AWS owns")
        if table.own_keys and (key is None or key.region != one.region):
            yield Finding.of(one, f"its key is {given}", f"an aws_kms_key in {one.region}")


@error
def instances_reach_their_tables_alone(deployment: Deployment) -> Iterator[Finding]:
    """What a regional stack allows in DynamoDB, by its endpoint and by roles, is named actions on
    the region's own replicas.

    An endpoint's default policy opens all tables of any account to whoever has its credentials.
    [Endpoint policies](https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html)
    """
    for role in ROLES:
        for one in deployment.resources("aws_vpc_endpoint", "aws_iam_role_policy", stack=role):
            endpoint = str(one.get("service_name")).endswith(".dynamodb")
            if endpoint and not one.statements():
                yield Finding.of(one, "reaches every table", "a policy")
            for statement in allowed(one.statements()):
                named = actions(statement)
                if endpoint or any(action.startswith("dynamodb:") for action in named):
                    wide = [action for action in named if "*" in action]
                    wide += _foreign(deployment, role, resources(statement))
                    if wide:
                        yield Finding.of(one, f"allows {', '.join(wide)}", "the region's tables")


def _foreign(deployment: Deployment, role: Role, arns: list[str]) -> list[str]:
    """Those that are not of the environment's tables in the role's region."""
    start = f"arn:aws:dynamodb:{deployment.environment.regional(role).region}:"
    names = tuple(f":table/{name}" for name in _known(deployment))
    return [arn for arn in arns if not (arn.startswith(start) and arn.endswith(names))]


@error
def table_is_watched(deployment: Deployment) -> Iterator[Finding]:
    """Each region has alarms on each table's replication, throttling and errors.

    The first guards the RPO: nothing else tells that writes no longer reach the other region.
    [Metrics](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html)
    """
    for role in ROLES:
        found = {
            one.get("alarm_name")
            for one in deployment.resources("aws_cloudwatch_metric_alarm", stack=role)
        }
        for name in _alarms(deployment, role):
            if name not in found:
                yield Finding(role, "aws_cloudwatch_metric_alarm", f"there is no {name}", name)


def _alarms(deployment: Deployment, role: Role) -> Iterator[str]:
    environment = deployment.environment
    for table in environment.data.tables:
        for kind in table_kinds(environment):
            yield alarm_name(table_prefix(environment, role, table.name), kind)
