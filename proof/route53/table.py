"""Every case: each combination of region and switch states, and what DNS answers in it.

Cases take nothing from the emitted JSON. The environment and the function say where the switch's
objects are, which exposes JSON that looks elsewhere.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from environments import Environment, Role
from functions.failover_control.agreed import HEALTHY_ADDRESS, SET_KEY
from proof.route53.answers import Answer, Zone
from proof.route53.configuration import CalculatedCheck, Configuration
from proof.route53.databases import CONTRACT, with_databases
from proof.route53.health import Statuses, combined, statuses
from proof.route53.probes import ANSWER_TIMEOUT
from proof.route53.world import RegionState, World

OK, BROKEN = 200, 500
# Registered and healthy targets: all healthy; none healthy; none at all, as when scaled to zero.
TARGETS = ((2, 2), (2, 0), (0, 0))


@dataclass(frozen=True)
class PlaceState:
    """One of the places that hold the switch. shown: whether it has the object that sets the
    switch.
    s3: whether S3 answers in its region."""

    shown: bool = False
    s3: bool = True


@dataclass(frozen=True)
class Case:
    """One state of everything that decides the answer.

    places: those of the switch, the standby's region first; empty if a routing control is the
    switch.
    off: whether that control is Off.
    """

    primary: RegionState
    standby: RegionState
    places: tuple[PlaceState, ...] = ()
    off: bool = False

    @property
    def read(self) -> tuple[PlaceState, ...]:
        """The places that are readable from outside. The first is in the standby's region."""
        return tuple(
            place
            for number, place in enumerate(self.places)
            if place.s3 and (number > 0 or self.standby.network)
        )

    @property
    def switch_set(self) -> bool:
        """The switch's position, as far as anyone outside can tell."""
        return self.off or any(place.shown for place in self.read)


def cases(environment: Environment, needs_writer: frozenset[Role] = CONTRACT) -> Iterator[Case]:
    """All cases of an environment.

    needs_writer: the regions whose application fails without a database that takes writes.
    """
    regions = [
        RegionState(status=status, registered=registered, healthy=healthy, network=network)
        for status, (registered, healthy), network in itertools.product(
            (OK, BROKEN), TARGETS, (True, False)
        )
    ]
    for primary, standby, (places, off) in itertools.product(
        regions, regions, positions(environment)
    ):
        for one, other in with_databases(environment, primary, standby, needs_writer):
            yield Case(one, other, places, off)


def positions(environment: Environment) -> list[tuple[tuple[PlaceState, ...], bool]]:
    """Every state of the switch, a clear one first: its places, and whether a routing control is
    Off."""
    if environment.failover.routing_control is not None:
        return [((), False), ((), True)]
    each = [PlaceState(shown, s3) for shown, s3 in itertools.product((False, True), (True, False))]
    number = len(environment.switch_places)
    return [(places, False) for places in itertools.product(each, repeat=number)]


def serves(region: RegionState) -> bool:
    """Whether users sent there get the page, including from targets that are all unhealthy, which
    the load balancer fails open to.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    answers = region.page == OK and region.latency <= ANSWER_TIMEOUT
    return region.network and region.registered > 0 and answers


def well(region: RegionState) -> bool:
    """Whether it serves without relying on its load balancer failing open."""
    return serves(region) and region.healthy > 0


@dataclass(frozen=True)
class Row:
    """A case, and what DNS answers in it.

    answer, ipv6: of the domain, to queries for A and AAAA. aliases: the same of the other names
    that users open. healthy: what DNS tells the control, by name.
    """

    environment: Environment
    case: Case
    answer: Answer | None
    ipv6: Answer | None
    healthy: dict[str, bool]
    aliases: Mapping[str, tuple[Answer | None, Answer | None]]

    @property
    def latches(self) -> bool:
        """Whether there is a switch."""
        return self.environment.failover.latches

    @property
    def switch_set(self) -> bool:
        """Whether there is a switch that is set."""
        return self.latches and self.case.switch_set

    @property
    def answered(self) -> RegionState | None:
        """The region that users are sent to."""
        regions: dict[str | None, RegionState] = {
            self.environment.primary.region: self.case.primary,
            self.environment.dr.region: self.case.standby,
        }
        return None if self.answer is None else regions.get(self.answer.region)

    @property
    def has_ipv6(self) -> bool:
        """Whether an AAAA query should get an answer."""
        return self.environment.ipv6

    @property
    def primary_in_service(self) -> bool:
        """Without a switch, an alias evaluates its target's health, and the primary is in service
        only if it serves without failing open. Otherwise it is in service while it serves."""
        asks_targets = self.environment.dns.record == "alias" and not self.latches
        return well(self.case.primary) if asks_targets else serves(self.case.primary)

    @property
    def standby_takes_over(self) -> bool:
        """Whether DNS may answer with the standby: an alias also evaluates its targets, a CNAME
        cannot."""
        alias = self.environment.dns.record == "alias"
        return well(self.case.standby) if alias else serves(self.case.standby)


class Table:
    """The rows of one deployment."""

    def __init__(
        self,
        configuration: Configuration,
        environment: Environment,
        needs_writer: frozenset[Role] = CONTRACT,
    ) -> None:
        self._configuration = configuration
        self._environment = environment
        self._needs_writer = needs_writer

    def rows(self) -> Iterator[Row]:
        """A row for each case."""
        return map(self.row, cases(self._environment, self._needs_writer))

    def row(self, case: Case) -> Row:
        """What DNS answers once a case has settled."""
        world = self._world(case)
        return self._row(case, world, statuses(self._configuration, world))

    def new(self, case: Case) -> Row:
        """What DNS answers while all health checks are new, regardless of the actual state."""
        raw = {
            address: True
            for address, check in self._configuration.checks.items()
            if not isinstance(check, CalculatedCheck)
        }
        return self._row(case, self._world(case), combined(self._configuration, raw))

    @property
    def at_rest(self) -> Case:
        """All healthy, with both regions at their initial size."""
        primary, standby = (
            RegionState(registered=size, healthy=size)
            for size in (
                self._configuration.sizes[self._environment.primary.region],
                self._configuration.sizes[self._environment.dr.region],
            )
        )
        places, off = positions(self._environment)[0]
        return Case(primary, standby, places, off)

    def _row(self, case: Case, world: World, found: Statuses) -> Row:
        environment, zone = self._environment, Zone(self._configuration, world, found)
        names: list[str] = []
        if environment.failover.controlled:
            names += [environment.health_name("primary"), environment.health_name("dr")]
        if environment.failover.latches:
            names.append(environment.in_service_name)
        told = {name: zone.answer(name) for name in names}
        return Row(
            environment,
            case,
            zone.answer(environment.dns.domain),
            zone.answer(environment.dns.domain, "AAAA"),
            {
                name: answer is not None and answer.values == (HEALTHY_ADDRESS,)
                for name, answer in told.items()
            },
            {
                alias: (zone.answer(alias), zone.answer(alias, "AAAA"))
                for alias in environment.dns.aliases
            },
        )

    def _world(self, case: Case) -> World:
        environment = self._environment
        regions = dict.fromkeys(self._configuration.buckets.values(), RegionState())
        regions |= {environment.primary.region: case.primary, environment.dr.region: case.standby}
        objects: set[str] = set()
        for place, state in zip(environment.switch_places, case.places, strict=False):
            there = regions.get(place.region, RegionState())
            regions[place.region] = replace(there, s3=state.s3)
            if state.shown:
                objects.add(f"{place.bucket}/{SET_KEY}")
        control = environment.failover.routing_control
        off = {control.arn} if control is not None and case.off else set[str]()
        return World(regions, frozenset(objects), frozenset(off))
