"""What must hold of an operator's pause of the failover control, at every moment."""

from collections.abc import Iterator, Sequence

from environments import Environment
from functions.failover_control.agreed import BETWEEN_LOOKS, LONGEST_GAP
from functions.failover_control.agreed import TTL as HEALTH_TTL
from modules.recovery_time import recovery_time
from proof.route53.history import Moment


def latches_while_paused(moments: Sequence[Moment], *, until: int) -> Iterator[Moment]:
    """A pause keeps the control from latching: the moments before its end in which the switch is
    set, of a switch that no operator sets."""
    return (one for one in moments if one.at < until and one.is_set)


def never_latched(
    moments: Sequence[Moment], environment: Environment, *, failed: int, until: int
) -> Iterator[Moment]:
    """A pause never keeps the control from latching after its end: the moments in which the switch
    is not set, although the control has had the time that it needs since the failure, and since the
    end of the pause.

    failed: when the primary failed, which it still does in the last moment. until: the end of the
    pause.
    """
    due = latched_by(environment, failed=failed, until=until)
    return (one for one in moments if one.at >= due and not one.is_set)


def latched_by(environment: Environment, *, failed: int, until: int) -> int:
    """By when the control has latched: two looks after Route 53 has moved users and the pause is
    over. S3 tells when a pause began in whole seconds."""
    recovery = recovery_time(environment)
    moved = failed + recovery.total - recovery.ttl + HEALTH_TTL
    return max(moved, until + 1) + LONGEST_GAP + BETWEEN_LOOKS
