"""Databases: how the regions' copies belong together, and what a failover may not undo."""

import re
from collections.abc import Iterator

from emitted import Deployment, Resource
from environments import ROLES
from policy.finding import Finding
from policy.rule import error

MEMBERS = ("aws_rds_cluster", "aws_db_instance")
RUNNING = ("aws_rds_cluster_instance", "aws_db_instance")
GLOBAL = "aws_rds_global_cluster"
# What a failover changes, or AWS fills in: https://github.com/hashicorp/terraform-provider-aws/pull/40921
MOVED = {
    "aws_rds_cluster": (
        "replication_source_identifier",
        "global_cluster_identifier",
        "database_name",
        "engine_version",
    ),
    "aws_db_instance": ("replicate_source_db",),
}
# What only a database with data of its own has.
OWN = (
    "database_name",
    "db_name",
    "master_username",
    "username",
    "master_password_wo",
    "password_wo",
)
BURSTABLE = re.compile(r"db\.t[0-9]")


def kind_of(resource: Resource) -> str:
    return resource.address.partition(".")[0]


def members(deployment: Deployment, role: str | None = None) -> Iterator[Resource]:
    """The regions' clusters or instances."""
    return deployment.resources(*MEMBERS, stack=role)


def identifier(member: Resource) -> str | None:
    """What AWS calls it."""
    return member.get("cluster_identifier" if _is_cluster(member) else "identifier")


def _is_cluster(member: Resource) -> bool:
    return kind_of(member) == "aws_rds_cluster"


@error
def each_region_has_one_database(deployment: Deployment) -> Iterator[Finding]:
    """With `data.engine`, each region has one cluster or instance, under its computed name.

    The control, the alarms, and the other region's copy find it by that name alone.
    [Identifiers](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html)
    """
    environment = deployment.environment
    for role in ROLES:
        wanted = [environment.database(role)] if environment.data.kind else []
        found = [identifier(one) for one in members(deployment, role)]
        if found != wanted:
            said = ", ".join(map(str, found)) or "no database"
            yield Finding(role, "resource", said, ", ".join(wanted) or "none")


@error
def global_database_is_bootstraps_alone(deployment: Deployment) -> Iterator[Finding]:
    """With Aurora, `bootstrap` has the global database, and no other stack has one.

    A regional stack that owned it would need the other region to be changed or destroyed.
    [Global databases](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html)
    """
    environment = deployment.environment
    found = list(deployment.resources(GLOBAL))
    kind = environment.data.kind
    own = [one for one in found if one.stack == "bootstrap"]
    if kind is not None and kind.aurora and not own:
        yield Finding("bootstrap", GLOBAL, "no global database", environment.global_database)
    for one in found:
        if one.stack != "bootstrap":
            yield Finding.of(one, f"is in {one.stack}", "bootstrap")
        elif one.get("global_cluster_identifier") != environment.global_database:
            said = one.get("global_cluster_identifier")
            yield Finding.of(one, f"is called {said}", environment.global_database)


@error
def cluster_joins_its_global_database(deployment: Deployment) -> Iterator[Finding]:
    """Both regions' Aurora clusters join the deployment's own global database.

    A cluster outside of it replicates nothing, and one in another deployment's holds that one's
    data.
    [Adding a region](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attaching.html)
    """
    wanted = deployment.environment.global_database
    for cluster in deployment.resources("aws_rds_cluster"):
        joined = cluster.get("global_cluster_identifier")
        if joined != wanted:
            yield Finding.of(cluster, f"joins {joined or 'none'}", wanted)


@error
def databases_agree(deployment: Deployment) -> Iterator[Finding]:
    """Both regions' databases, and their global database, have the environment file's engine and
    version, and are encrypted.

    A managed failover wants equal versions, and only an encrypted member can join an encrypted
    global database.
    [Requirements](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html)
    """
    data = deployment.environment.data
    engine = data.kind.engine if data.kind else None
    wanted = {"engine": engine, "engine_version": data.version, "storage_encrypted": True}
    for one in deployment.resources(*MEMBERS, GLOBAL):
        for field, value in wanted.items():
            if one.get(field) != value:
                yield Finding.of(one, f"{field} is {one.get(field)}", f"{value}")
    for one in deployment.resources("aws_rds_cluster_instance"):
        if one.get("engine") != engine:
            yield Finding.of(one, f"engine is {one.get('engine')}", f"{engine}")


@error
def global_database_has_no_burstable_class(deployment: Deployment) -> Iterator[Finding]:
    """No instance of an Aurora Global Database is of a class db.t*.

    Aurora refuses them there; only the apply would show it.
    [Requirements](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html)
    """
    for one in deployment.resources("aws_rds_cluster_instance"):
        if BURSTABLE.match(str(one.get("instance_class"))):
            yield Finding.of(one, f"is of class {one.get('instance_class')}", "such as db.r7g")


@error
def global_database_lets_no_member_go(deployment: Deployment) -> Iterator[Finding]:
    """A global database has no `force_destroy`.

    With it, Terraform takes every member out of the global database before it deletes that, which
    ends the replication: two databases are left, both of which take writes.
    [force_destroy](https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/rds_global_cluster#force_destroy-1)
    """
    for one in deployment.resources(GLOBAL):
        if one.get("force_destroy"):
            yield Finding.of(one, "takes its members out", "no force_destroy")


@error
def primary_alone_leaves_a_snapshot(deployment: Deployment) -> Iterator[Finding]:
    """The primary's database leaves a last snapshot if `data.final_snapshot` is set; the standby's
    leaves none.

    The primary's is destroyed last. AWS refuses a last snapshot of a read replica, so the destroy
    of the standby would stop there.
    [Final snapshots](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html)
    """
    for member in members(deployment):
        wanted = member.stack == "primary" and deployment.environment.data.final_snapshot
        skips = bool(member.get("skip_final_snapshot"))
        if skips is wanted:
            yield Finding.of(member, f"skip_final_snapshot is {skips}", f"{not skips}")
        elif wanted and not member.get("final_snapshot_identifier"):
            yield Finding.of(member, "the last snapshot has no name", "final_snapshot_identifier")


@error
def failover_is_not_undone_by_an_apply(deployment: Deployment) -> Iterator[Finding]:
    """Terraform ignores what a failover changes: Aurora's membership, source and version, and the
    source of a read replica.

    Otherwise the next plan would promote a database that is a copy now, evict it from its global
    database, or replace it.
    [ignore_changes](https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle)
    """
    for member in members(deployment):
        ignored = member.get("lifecycle", "ignore_changes") or ()
        for field in MOVED[kind_of(member)]:
            if field not in ignored:
                yield Finding.of(member, f"an apply changes {field}", "it in ignore_changes")


@error
def standby_copies_the_primary(deployment: Deployment) -> Iterator[Finding]:
    """The primary's database has a user, a password and a name of its own; the standby's has none,
    and a read replica names the primary's instance by its ARN.

    The first cluster that joins a global database is its writer: with a user, the standby's could
    be that, and empty.
    [Cross-region read replicas](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html)
    """
    for member in members(deployment, "primary"):
        if sum(field in member.body for field in OWN) < len(OWN) / 2:
            yield Finding.of(member, "has no user, password or name", "all of them")
        if member.get("replicate_source_db"):
            yield Finding.of(member, "is a read replica", "the source")
    for member in members(deployment, "dr"):
        for field in OWN:
            if field in member.body:
                yield Finding.of(member, f"has {field}", "a copy of the primary's")
        source = str(member.get("replicate_source_db") or "")
        if not _is_cluster(member) and not _names_the_primary(deployment, source):
            yield Finding.of(member, f"copies {source or 'nothing'}", "the primary's instance")


def _names_the_primary(deployment: Deployment, arn: str) -> bool:
    """Whether this is the primary's instance; the account may be a reference."""
    environment = deployment.environment
    start = f"arn:aws:rds:{environment.primary.region}:"
    return arn.startswith(start) and arn.endswith(f":db:{environment.database('primary')}")


@error
def database_is_backed_up(deployment: Deployment) -> Iterator[Finding]:
    """Both regions' databases keep automatic backups for at least `data.backup_days`.

    RDS makes no read replica of a source without backups, and replication copies a mistake within a
    second.
    [Automated backups](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html)
    """
    days = deployment.environment.data.backup_days
    for member in members(deployment):
        kept = member.get("backup_retention_period") or 0
        if kept < days:
            yield Finding.of(member, f"backups for {kept} days", f"{days} days")


@error
def database_is_protected_as_said(deployment: Deployment) -> Iterator[Finding]:
    """Databases are protected from deletion, by AWS and in plans, if `deletion_protection` is set.

    Nothing else stands between a wrong plan and the data.
    [Deletion protection](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html)
    """
    wanted = deployment.environment.deletion_protection
    for one in deployment.resources(*MEMBERS, GLOBAL):
        found = {
            "deletion_protection": one.get("deletion_protection"),
            "prevent_destroy": one.get("lifecycle", "prevent_destroy"),
        }
        for field, value in found.items():
            if bool(value) is not wanted:
                yield Finding.of(one, f"{field} is {value}", f"{wanted}")
