"""Makes room for all users in the region that is to receive them."""

from environments import Role
from functions.failover_control.agreed import NEEDED_KEY
from functions.failover_control.endpoint import Health
from functions.failover_control.standby import Standby, StandbyMissingError, StandbyTooSmallError
from operations.aws import refused
from operations.plans.move import Move
from operations.plans.step import Confirm, Step
from terminal.errors import OperationError


def room_in_standby(move: Move) -> Step:
    """Wakes the standby as the failover control does, and waits for its instances.

    While the primary is not healthy, one instance is enough to go on: users have nothing better,
    and the others follow.
    """
    facts, environment = move.facts, move.facts.environment

    def needed() -> int:
        if not environment.failover.activation:  # it serves at its own size
            return environment.dr.capacity.desired
        return facts.present_size("primary")

    def done() -> bool:
        size, wanted = facts.size("dr"), needed()
        if facts.health("primary") is Health.HEALTHY:
            return size.in_service >= wanted
        return size.desired >= min(wanted, size.most) and size.in_service > 0

    def run(_: Confirm) -> str:
        wanted = needed()
        _wake(move, wanted)
        took = move.wait(f"{wanted} instances in {facts.region('dr')}", done)
        _wake(move, wanted)  # protects those that have just come into service
        return f"{facts.size('dr').in_service} instances in service, {took}"

    return Step(
        name="make room in the standby",
        why="It must carry the primary's users: as many instances as the primary has now.",
        done=done,
        run=run,
    )


def _wake(move: Move, wanted: int) -> None:
    facts, environment = move.facts, move.facts.environment
    region, group = facts.region("dr"), environment.dr.auto_scaling_group
    standby = Standby(
        facts.connect("autoscaling", region),
        group=group,
        rest=environment.dr.capacity.desired,
        awake=wanted,
    )
    with refused(f"{group} in {region} cannot grow"):
        if environment.failover.activation:
            # Lets the control return it to rest, if no users come after all.
            facts.connect("s3", region).put_object(
                Bucket=environment.switch_bucket, Key=NEEDED_KEY, Body=b""
            )
        try:
            standby.wake()
        except StandbyTooSmallError as error:
            if facts.health("primary") is Health.HEALTHY:
                raise OperationError(f"{region}: {error}") from None
            move.console.print(f"{region}: {error}", style="yellow")
        except StandbyMissingError as error:
            raise OperationError(f"{region}: {error}") from None


def room_in_primary(move: Move) -> Step:
    """Grows the primary to what the standby has now: it shrank while it had no users."""
    facts, role = move.facts, _PRIMARY

    def needed() -> int:
        declared = facts.environment.primary.capacity.desired
        return max(declared, facts.present_size("dr"))

    def done() -> bool:
        return facts.size(role).in_service >= needed()

    def run(_: Confirm) -> str:
        wanted, size, region = needed(), facts.size(role), facts.region(role)
        group = facts.environment.primary.auto_scaling_group
        if size.most < wanted:
            raise OperationError(
                f"{group} in {region} may have {size.most} instances at most, and the standby has"
                f" {wanted}: raise its maximum"
            )
        if size.desired < wanted:
            with refused(f"{group} in {region} cannot grow"):
                facts.connect("autoscaling", region).set_desired_capacity(
                    AutoScalingGroupName=group, DesiredCapacity=wanted, HonorCooldown=False
                )
        took = move.wait(f"{wanted} instances in {region}", done)
        return f"{facts.size(role).in_service} instances in service, {took}"

    return Step(
        name="make room in the primary",
        why="It must carry the standby's users, and shrank while it had none.",
        done=done,
        run=run,
    )


_PRIMARY: Role = "primary"
