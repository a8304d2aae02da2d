"""What `failover data` does: calls to RDS in the region that is to have the writer, and where
nothing may be lost in both."""

from collections.abc import Callable, Mapping

from rich.console import Console

from environments import OTHER, Environment, Role
from functions.failover_control.database import NotReadyError
from functions.failover_control.lost_writes import keep_lost_writes, kept_writes
from functions.failover_control.switch import FailoverSwitch
from operations.aws import Connect, client, refused
from operations.data.regions import RegionalDatabase, databases, only_writer
from operations.data.replacing import Replacement
from operations.data.waiting import Patience, wait_until
from operations.switch.position import switch_of
from terminal.errors import OperationError

Confirm = Callable[[str], None]
"""Asks the operator, and raises if the answer is no."""


def promote(
    environment: Environment,
    role: Role,
    *,
    confirm: Confirm,
    console: Console,
    patience: Patience,
    even_so: bool = False,
    connect: Connect = client,
    switch: FailoverSwitch | None = None,
) -> None:
    """Lets a region's database take writes without the other region, which may be lost: writes that
    have not arrived are given up.

    even_so: also while the switch does not keep users away from the other region. switch: by
    default the environment's; the drill passes its own. Raises OperationError.
    """
    target = databases(environment, connect)[role]
    state = target.state()
    if state.writes:
        console.print(f"{target} takes writes already")
        return
    if role == "dr" and not even_so:
        _refuse_while_clear(switch or switch_of(environment))
    if not state.moving:
        confirm(f"Give up the writes that have not reached {target.region}: {loss_of(target)}?")
        _run_something(target, patience, console)
        with refused(f"the database in {target.region} cannot be promoted"):
            try:
                target.database.promote()
            except NotReadyError as error:
                raise OperationError(f"{error}; try again") from None
    took = wait_until(f"{target} to take writes", lambda: target.state().writes, patience, console)
    console.print(f"{target} takes writes, after {took:.0f} s")
    back = f"When {environment.regional(OTHER[role]).region} is back, "
    if role == "dr" and target.settings.kind.aurora:
        console.print(f"{back}`failover back` makes its database a copy again, then returns users.")
    else:
        console.print(f"{back}run `failover data resync`.")


def switchover(
    environment: Environment,
    role: Role,
    *,
    console: Console,
    patience: Patience,
    connect: Connect = client,
) -> None:
    """Moves the writer to a healthy region without losing a write. Raises OperationError if either
    region does not answer, or the copies do not follow each other."""
    both = databases(environment, connect)
    target, source = both[role], both[OTHER[role]]
    if not target.settings.kind.aurora:
        raise OperationError(
            f'data.engine = "{environment.data.engine}" has no switchover: docs/data.md says how to'
            " go back with `failover data resync` and `failover data promote`"
        )
    state = target.state()
    if state.writes and not state.moving:
        console.print(f"{target} takes writes already")
        return
    if not state.moving:
        if not source.state().replicates:
            raise OperationError(
                f"{target} does not follow {source}: run `failover data resync` first"
            )
        _run_something(target, patience, console)
        with refused(f"the writer cannot be moved to {target.region}"):
            # Sent to the writer's region: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_SwitchoverGlobalCluster.html
            source.rds.switchover_global_cluster(
                GlobalClusterIdentifier=target.settings.global_cluster,
                TargetDbClusterIdentifier=_cluster_arn(target),
            )

    def arrived() -> bool:
        now = target.state()
        return now.writes and not now.moving

    took = wait_until(f"{target} to take writes", arrived, patience, console)
    console.print(f"{target} takes writes, after {took:.0f} s; none was lost")


def resync(
    environment: Environment,
    *,
    confirm: Confirm,
    console: Console,
    patience: Patience,
    connect: Connect = client,
    switch: FailoverSwitch | None = None,
) -> None:
    """Brings the region that lost the writer back as a copy of the other, and keeps what is left of
    writes that were lost. Raises OperationError.

    With RDS, this deletes that region's instance, once `confirm` has asked. switch: by default the
    environment's.
    """
    both = databases(environment, connect)
    writer = both[_writer(environment, both, switch)]
    copy = both[OTHER[writer.role]]
    if not copy.settings.kind.aurora:
        if not writer.state().writes:
            raise OperationError(f"{writer} takes no writes now: nothing is replaced; try again")
        Replacement(
            environment,
            copy=copy,
            writer=writer,
            console=console,
            patience=patience,
            connect=connect,
        ).run(confirm)
        return
    # Asked in its own region: it has to answer before its snapshots can be copied.
    wait_until(f"{copy} to follow {writer}", lambda: copy.state().replicates, patience, console)
    _keep_lost_writes(copy, patience, console)
    console.print(f"{copy} follows {writer}: `failover data switchover` loses nothing now")


def _keep_lost_writes(copy: RegionalDatabase, patience: Patience, console: Console) -> None:
    """Waits until each of Aurora's snapshots of lost writes has a copy, whoever makes it."""
    name = copy.settings.name

    def kept() -> bool:
        with refused(f"the snapshots of {name} cannot be copied"):
            keep_lost_writes(copy.rds, name)
            return all(kept_writes(copy.rds, name).values())

    wait_until("the snapshot of lost writes", kept, patience, console)
    with refused(f"the snapshots of {name} cannot be read"):
        snapshots = kept_writes(copy.rds, name)
    for snapshot in snapshots:
        console.print(f"writes that a failover gave up are kept in the snapshot {snapshot}")


def _writer(
    environment: Environment, both: Mapping[Role, RegionalDatabase], switch: FailoverSwitch | None
) -> Role:
    """Which region counts. Raises OperationError if nobody knows.

    With RDS an old source takes writes too, once its region is back, and the new one may do
    something else for a moment. So the region that has the users counts, and the switch says which
    that is; unless it only has a replica.
    """
    if both["primary"].settings.kind.aurora:
        return only_writer(both)
    with refused("the switch cannot be read"):
        clear = (switch or switch_of(environment)).setting() is None
    users: Role = "primary" if clear else "dr"
    return users if both[users].state().writer == both[users].region else OTHER[users]


def _refuse_while_clear(switch: FailoverSwitch) -> None:
    with refused("the switch cannot be read"):
        clear = switch.setting() is None
    if clear:
        raise OperationError(
            "the failover switch is clear, so users may be in the primary's region, whose database"
            " would stop taking writes: run `failover switch set` first, or give --even-so"
        )


def _run_something(target: RegionalDatabase, patience: Patience, console: Console) -> None:
    """A headless cluster gets an instance first: without one there is nobody to take writes."""
    with refused(f"no instance can be added in {target.region}"):
        if target.database.start():
            console.print(f"{target.settings.name} has no instance: adding one")
    wait_until(f"an instance in {target.region}", lambda: target.state().ready, patience, console)


def loss_of(target: RegionalDatabase) -> str:
    """How many seconds of writes a promotion loses now, as far as it is known."""
    promised = f"the RPO allows for a lag of {target.settings.data.lag_seconds} s"
    try:
        lag = target.lag()
    except OperationError:
        lag = None
    if lag is None:
        return f"its lag is unknown; {promised}"
    return f"it was {lag.seconds:.1f} s behind at {lag.at:%H:%M:%S} UTC; {promised}"


def _cluster_arn(target: RegionalDatabase) -> str:
    name = target.settings.name
    with refused(f"{name} in {target.region} cannot be read"):
        found = target.rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    return found[0]["DBClusterArn"]
