"""Whether the data are in the standby's region, and recent."""

from datetime import timedelta

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.database import DatabaseMissingError, database_from
from functions.failover_control.notes import code_of
from functions.standby_readiness.outcome import Found, Status
from functions.standby_readiness.standby import Standby

# How far back the newest value of a metric may be.
LAG_WINDOW = timedelta(minutes=10)
ACTIVE = "ACTIVE"


def database_follows(standby: Standby) -> Found:
    """The standby's database follows the primary's, and has an instance that could take writes."""
    settings, region = standby.settings, standby.settings.region
    if settings.database is None:
        return
    database = database_from(settings.database, standby.client("rds"), region)
    try:
        state = database.state()
    except DatabaseMissingError as error:
        yield Status.FAULT, str(error)
        return
    name, headless = settings.database["name"], settings.database.get("instances") == 0
    if state.moving:
        yield Status.FAULT, f"{name} is being promoted, or its writer moved: wait"
    elif not state.writes and not state.replicates:
        yield Status.FAULT, f"{name} does not follow the other region: failover data show"
    elif not state.ready and not headless:
        yield Status.FAULT, f"{name} has no instance that is available"
    elif state.writes:
        yield Status.READY, f"{name} takes the writes already"
    else:
        yield Status.READY, f"{name} follows {state.writer or 'the other region'}"


def lag_is_small(standby: Standby) -> Found:
    """The standby's copy lags behind by no more than the environment promises. The region of the
    writer reports no lag.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-monitoring.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Monitoring.html
    """
    settings, lag = standby.settings, standby.settings.lag
    if settings.database is None:
        return
    now = standby.now()
    points = standby.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName=lag["metric"],
        Dimensions=[{"Name": lag["dimension"], "Value": settings.database["name"]}],
        StartTime=now - LAG_WINDOW,
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    if not points:
        database = database_from(settings.database, standby.client("rds"), settings.region)
        if database.state().writes:
            yield Status.READY, "none: this region takes the writes"
        elif settings.database.get("instances") == 0:
            yield Status.NOTE, "not reported: a cluster without an instance may report none"
        else:
            yield Status.UNKNOWN, f"no lag was reported in {LAG_WINDOW.seconds // 60} minutes"
        return
    newest = max(points, key=lambda one: one["Timestamp"])
    seconds = newest["Maximum"] / lag["units"]
    status = Status.READY if seconds <= lag["most"] else Status.FAULT
    yield status, f"{seconds:.1f} s behind, of {lag['most']} s allowed"


def tables_replicate(standby: Standby) -> Found:
    """Each DynamoDB table is active in the standby's region, as is its replica in the other one.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicaDescription.html
    """
    for name in standby.settings.tables:
        try:
            table = standby.client("dynamodb").describe_table(TableName=name)["Table"]
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            yield Status.FAULT, f"{name} has no replica here: apply `tables`"
            continue
        replicas = {one["RegionName"]: one["ReplicaStatus"] for one in table.get("Replicas", [])}
        others = {where: state for where, state in replicas.items() if state != ACTIVE}
        if table["TableStatus"] not in {ACTIVE, "UPDATING"}:
            yield Status.FAULT, f"{name} is {table['TableStatus']}"
        elif others:
            told = ", ".join(f"{state} in {where}" for where, state in sorted(others.items()))
            yield Status.FAULT, f"{name} is {told}"
        elif not set(replicas) - {standby.settings.region}:
            yield Status.FAULT, f"{name} has no replica in the other region: apply `tables`"
        else:
            yield Status.READY, f"{name} in {', '.join(sorted(replicas))}"
