"""RDS: backups, and the windows for them and for maintenance."""

import re

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rds_known import WRONG, cluster_of, combination, instance_of
from sandbox.embedded_aws.refusals.rule import Rules

LONGEST_RETENTION = 35
TIME = r"([01]\d|2[0-3]):([0-5]\d)"
BACKUP = re.compile(rf"{TIME}-{TIME}")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAINTENANCE = re.compile(rf"({'|'.join(DAYS)}):{TIME}-({'|'.join(DAYS)}):{TIME}", re.IGNORECASE)
HOUR, DAY = 60, 24 * 60
WEEK = 7 * DAY
SHORTEST_WINDOW = 30


def backups_are_kept_for_weeks(call: Call) -> None:
    """Refuses to keep backups longer than 35 days, or not at all: of a cluster, or of an instance
    with read replicas.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html
    """
    days = call.parameters.get("BackupRetentionPeriod")
    if days is None:
        return
    instance = instance_of(call) if call.operation != "CreateDBCluster" else None
    least = 1 if "DBCluster" in call.operation else 0
    if not least <= days <= LONGEST_RETENTION:
        raise Refusal(
            WRONG,
            f"Invalid backup retention period: {days}. Must be between {least} and "
            f"{LONGEST_RETENTION}",
        )
    if days == 0 and instance is not None and instance.replicas:
        raise combination(
            "Backups cannot be disabled for an instance with read replicas: "
            f"{', '.join(instance.replicas)}"
        )


def windows_do_not_overlap(call: Call) -> None:
    """Refuses windows in other formats than hh24:mi-hh24:mi and ddd:hh24:mi-ddd:hh24:mi, of fewer
    than 30 minutes, a maintenance window of more than a day, and windows that overlap.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    asked = call.parameters
    backup, maintenance = (
        asked.get(f"Preferred{kind}Window") for kind in ("Backup", "Maintenance")
    )
    if backup is None and maintenance is None:
        return
    known = cluster_of(call) or instance_of(call)
    for_backup = _daily(backup or getattr(known, "preferred_backup_window", None))
    for_maintenance = _weekly(maintenance or getattr(known, "preferred_maintenance_window", None))
    if for_backup is None or for_maintenance is None:
        return
    start, length = for_maintenance
    for day in range(len(DAYS)):
        begin = for_backup[0] + day * DAY
        if (begin - start) % WEEK < length or (start - begin) % WEEK < for_backup[1]:
            raise Refusal(WRONG, "The backup window and maintenance window must not overlap.")


def _daily(window: str | None) -> tuple[int, int] | None:
    """A backup window's start and length, in minutes; None if there is none."""
    if window is None:
        return None
    found = BACKUP.fullmatch(window)
    if found is None:
        raise Refusal(
            WRONG,
            f"Invalid backup window format: {window}. Should be specified as a range "
            "hh24:mi-hh24:mi (24H Clock UTC). Example: 04:30-05:00",
        )
    first, last = (int(found[at]) * HOUR + int(found[at + 1]) for at in (1, 3))
    return first, _long_enough(window, (last - first) % DAY)


def _weekly(window: str | None) -> tuple[int, int] | None:
    """A maintenance window's start and length, in minutes; None if there is none."""
    if window is None:
        return None
    found = MAINTENANCE.fullmatch(window)
    if found is None:
        raise Refusal(
            WRONG,
            f"Invalid maintenance window format: {window}. Should be specified as a range "
            "ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15",
        )
    first, last = (
        DAYS.index(found[at].lower()) * DAY + int(found[at + 1]) * HOUR + int(found[at + 2])
        for at in (1, 4)
    )
    length = _long_enough(window, (last - first) % WEEK)
    if length > DAY:
        raise Refusal(WRONG, f"Maintenance window must be less than 24 hours: {window}")
    return first, length


def _long_enough(window: str, minutes: int) -> int:
    if minutes < SHORTEST_WINDOW:
        raise Refusal(WRONG, f"The window must be at least {SHORTEST_WINDOW} minutes: {window}")
    return minutes


_BACKED_UP = (backups_are_kept_for_weeks, windows_do_not_overlap)
RULES: Rules = {
    ("rds", "CreateDBCluster"): _BACKED_UP,
    ("rds", "ModifyDBCluster"): _BACKED_UP,
    ("rds", "CreateDBInstance"): _BACKED_UP,
    ("rds", "ModifyDBInstance"): _BACKED_UP,
    ("rds", "PromoteReadReplica"): _BACKED_UP,
}
