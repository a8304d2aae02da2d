"""What `failover zone` does: zonal shifts of a region's load balancer, by calls to ARC's data plane
in that region.

https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.html
"""

from collections.abc import Callable
from datetime import timedelta

from rich.console import Console

from environments import ROLES, Environment
from operations.aws import Connect, client
from operations.zone.region import LONGEST_COMMENT, Instances, RegionalZones
from terminal.errors import BadInputError, OperationError

Confirm = Callable[[str], None]
"""Asks the operator, and raises if the answer is no."""

# https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.html
LONGEST = timedelta(hours=72)
# Characters of a comment that are kept for who starts a shift.
LEAST_NAME = 32


def away(
    environment: Environment,
    zone: str,
    *,
    lasts: str,
    by: str,
    reason: str,
    force: bool,
    confirm: Confirm,
    console: Console,
    connect: Connect = client,
) -> None:
    """Moves users away from a zone, for a while; if they are away already, for this long from now.

    lasts: as ARC takes it, 1m to 72h. force: also if too few instances would be left.
    Raises OperationError if AWS refuses, if another zone is shifted away, or if the other zones
    could not hold.
    """
    comment = _comment(by, reason)
    region = region_of(environment, zone, connect)
    shift = region.shift()
    if shift is not None and not shift.by_operator:
        shift = None  # it gives way
    if shift is not None and shift.zone != zone:
        raise OperationError(
            f"{shift.zone} is shifted away until {shift.until:%Y-%m-%d %H:%M} UTC, and a load"
            f" balancer takes one shift at a time: run `failover zone back {shift.zone}` first"
        )
    if shift is not None:
        region.prolong(shift, lasts, comment)
        console.print(f"{zone} is shifted away already: {lasts} more, from now")
        return
    if not force:
        _refuse_if_too_few(zone, len(region.settings.zones), region.instances())
    confirm(f"Move all users of {region.name} away from {zone}, for {lasts}?")
    region.start(zone, lasts, comment)
    console.print(
        f"{zone} gets no new requests for {lasts}. Its instances stay; they count for the group's"
        " size and CPU load although they are idle."
    )


def back(
    environment: Environment, zone: str, *, console: Console, connect: Connect = client
) -> None:
    """Lets users return to a zone. Raises OperationError if AWS refuses."""
    region = region_of(environment, zone, connect)
    shift = region.shift()
    if shift is None or shift.zone != zone:
        console.print(f"{zone} is not shifted away")
        return
    region.cancel(shift)
    console.print(f"{zone} gets requests again")


def region_of(environment: Environment, zone: str, connect: Connect = client) -> RegionalZones:
    """The region of a zone. Raises BadInputError if the environment has no such zone."""
    for role in ROLES:
        if zone in environment.regional(role).zones:
            return RegionalZones(environment, role, connect)
    known = [one for role in ROLES for one in environment.regional(role).zones]
    raise BadInputError(f"{environment.name} has no zone {zone}, only {', '.join(known)}")


def needed(desired: int, zones: int) -> int:
    """How many instances must serve without one of the zones: what a group of this size, spread
    evenly, would lose no more than, and at least one."""
    return max(1, desired * (zones - 1) // zones)


def _refuse_if_too_few(zone: str, zones: int, instances: Instances) -> None:
    """A load balancer without healthy targets elsewhere fails open, and ignores the shift:
    https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.html"""
    left, least = instances.without(zone), needed(instances.desired, zones)
    if left < least:
        raise OperationError(
            f"without {zone}, {left} of {instances.desired} instances would serve, and {least} are"
            " needed: let the group grow first, or give --force"
        )


def _comment(by: str, reason: str) -> str:
    """Who and why. A long ARN is cut in front: its end names the person."""
    room = LONGEST_COMMENT - len(f": {reason}" if reason else "")
    if room < LEAST_NAME:
        most = LONGEST_COMMENT - LEAST_NAME - len(": ")
        raise BadInputError(f"--reason has {len(reason)} characters; ARC has room for {most}")
    name = by if len(by) <= room else f"...{by[3 - room :]}"
    return f"{name}: {reason}" if reason else name
