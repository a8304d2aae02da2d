"""A deployment simulated second by second: checkers, name servers, resolvers and the control."""

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from environments import Environment, Role
from functions.failover_control.agreed import BETWEEN_LOOKS, LOOKS, SET_KEY, TTL
from functions.failover_control.control import Control
from functions.failover_control.endpoint import Health, health
from functions.failover_control.switch import FailoverSwitch
from modules.recovery_time import PROPAGATION
from proof.route53.answers import Answer, Zone
from proof.route53.checkers import Fleet
from proof.route53.configuration import Configuration, EndpointCheck, RoutingControlCheck
from proof.route53.databases import CONTRACT
from proof.route53.health import combined, routing_control_status
from proof.route53.history import Change, Moment
from proof.route53.probes import probe
from proof.route53.simulated_aws import SimulatedClock
from proof.route53.simulated_control import SimulatedControl
from proof.route53.table import serves
from proof.route53.world import RegionState, World

MINUTE = 60
RESOLVERS = 12


@dataclass
class _Checker:
    """When a checker probes next, and the outcome it is waiting for."""

    next: float
    pending: tuple[float, bool] | None = None


@dataclass
class _Resolver:
    """excess: seconds that it keeps an answer after its TTL."""

    name: str
    type: str
    expires: float
    answer: Answer | None = None
    excess: int = 0


@dataclass
class Timeline:
    """One deployment, starting with everything healthy.

    configuration: may be replaced during a run, as records come and go in an apply; its health
    checks must stay the same. seed: randomises what nothing coordinates: the phases of checkers and
    resolvers, and when in its minute EventBridge starts the function. propagation: seconds until
    name servers answer according to a new status, at most `PROPAGATION`. new: whether the health
    checks are new and have no data yet. needs_writer: the regions whose application fails without a
    database that takes writes. extending: further resolvers, by the seconds that each keeps an
    answer after its TTL.
    """

    configuration: Configuration
    environment: Environment
    seed: int = 0
    propagation: int = PROPAGATION
    new: bool = False
    needs_writer: frozenset[Role] = CONTRACT
    extending: tuple[int, ...] = ()
    clock: SimulatedClock = field(default_factory=SimulatedClock)
    history: list[Moment] = field(default_factory=list[Moment])

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a simulation
        self._chance = chance
        environment = self.environment
        self._primary, self._standby = environment.primary.region, environment.dr.region
        self._blind: dict[str, frozenset[int]] = {}
        desired = environment.dr.capacity.desired
        states = {place.region: RegionState() for place in environment.switch_places}
        states |= {
            self._primary: RegionState(),
            self._standby: RegionState(registered=desired, healthy=desired),
        }
        self._world = World(states)
        self._endpoints = {
            address: check
            for address, check in self.configuration.checks.items()
            if isinstance(check, EndpointCheck)
        }
        self._fleets = {address: Fleet(check) for address, check in self._endpoints.items()}
        # A new check counts as healthy until there is enough data:
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
        for address, check in self._endpoints.items():
            settled = self.new or probe(check, self.configuration, self._world).success
            for checker in self._fleets[address].checkers:
                checker.healthy = settled
        self._checkers = {
            address: [_Checker(chance.uniform(0, check.interval)) for _ in range(check.checkers)]
            for address, check in self._endpoints.items()
        }
        # Half of the users have IPv6 if the names do.
        types = ("A", "AAAA") if environment.ipv6 else ("A",)
        self._asked = list(itertools.product(environment.dns.names, types))
        self._resolvers = [
            _Resolver(*self._user(number), chance.uniform(0, MINUTE))
            for number in range(max(RESOLVERS, len(self._asked)))
        ]
        self._extending = [
            _Resolver(*self._user(number), chance.uniform(0, MINUTE + excess), excess=excess)
            for number, excess in enumerate(self.extending)
        ]
        self._published: list[dict[str, bool]] = []
        self.aws = SimulatedControl(environment, self.clock, lambda name: self._world.regions[name])
        self._controls: dict[int, Control] = {}
        self._looks = self._look_times()
        self._next_look, self._run = next(self._looks)

    @property
    def switch(self) -> FailoverSwitch:
        """A fresh instance of the switch."""
        return self.aws.switch

    def _look_times(self) -> Iterator[tuple[float, int]]:
        """When each run's looks happen, in order, as (second, run): EventBridge starts a run
        anywhere in its minute."""
        looks: list[tuple[float, int]] = []
        for minute in itertools.count():
            start = minute * MINUTE + self._chance.uniform(0, MINUTE)
            looks += [(start + look * BETWEEN_LOOKS, minute) for look in range(LOOKS)]
            end = (minute + 1) * MINUTE
            yield from sorted(look for look in looks if look[0] < end)
            looks = [look for look in looks if look[0] >= end]

    def run(self, seconds: int, events: list[Change] | None = None) -> list[Moment]:
        """Runs for this many seconds; an event's `at` counts from the start of the call."""
        began = math.ceil(self.clock.seconds)
        by_second: dict[int, list[Change]] = {}
        for event in events or []:
            by_second.setdefault(began + event.at, []).append(event)
        for second in range(began, began + seconds):
            self.clock.seconds = second
            for event in by_second.get(second, []):
                self._happen(event)
            self._grow()
            self._probe(second)
            self._publish()
            self._look(second)
            self._ask(second)
        self.clock.seconds = began + seconds
        return self.history[-seconds:]

    def stop_control(self) -> None:
        """Disables the function from now on."""
        self._next_look = math.inf

    def clear(self) -> None:
        """The operator's failback."""
        self.switch.clear(by="operator", reason="")

    def _happen(self, event: Change) -> None:
        state = replace(self._world.regions[event.region], **event.changes)  # pyright: ignore[reportArgumentType]
        self._world = replace(self._world, regions={**self._world.regions, event.region: state})
        if event.blind is not None:
            self._blind[event.region] = event.blind

    def _grow(self) -> None:
        group = self.aws.group
        group.tick()
        state = self._world.regions[self._standby]
        sizes = {"registered": group.serving, "healthy": group.serving}
        regions = {**self._world.regions, self._standby: replace(state, **sizes)}
        if self.environment.data.kind is not None:
            regions |= self._with_databases(regions)
        off = frozenset(self.aws.cluster.off)
        self._world = World(regions, self.aws.objects, off)

    def _with_databases(self, regions: Mapping[str, RegionState]) -> dict[str, RegionState]:
        """Both regions, with what their databases do by now."""
        database = self.aws.database
        database.tick()
        roles: dict[Role, str] = {"primary": self._primary, "dr": self._standby}
        return {
            region: replace(
                regions[region],
                writes=region in database.writers,
                needs_writer=role in self.needs_writer,
                live_path=self.environment.application.live_path,
            )
            for role, region in roles.items()
        }

    def _probe(self, second: int) -> None:
        for address, check in self._endpoints.items():
            for number, checker in enumerate(self._checkers[address]):
                opinion = self._fleets[address].checkers[number]
                if checker.pending is not None and checker.pending[0] <= second:
                    opinion.learn(success=checker.pending[1])
                    checker.pending = None
                if checker.next <= second and checker.pending is None:
                    outcome = probe(check, self.configuration, self._seen_by(number))
                    done = checker.next + outcome.seconds
                    checker.pending = (done, outcome.success)
                    # The interval counts from the response to the next request:
                    # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
                    checker.next = done + check.interval

    def _seen_by(self, checker: int) -> World:
        """The world without the regions that this checker cannot reach."""
        hidden = {region for region, blind in self._blind.items() if checker in blind}
        if not hidden:
            return self._world
        regions = {
            name: replace(state, network=False) if name in hidden else state
            for name, state in self._world.regions.items()
        }
        return replace(self._world, regions=regions)

    def _publish(self) -> None:
        raw = {address: fleet.healthy for address, fleet in self._fleets.items()}
        for address, check in self.configuration.checks.items():
            if isinstance(check, RoutingControlCheck):
                raw[address] = routing_control_status(check, self._world)
        self._published.append(combined(self.configuration, raw))

    def zone(self, *, age: int = 0) -> Zone:
        """The hosted zone as the name servers know it, `age` seconds ago."""
        known = self._published[max(0, len(self._published) - 1 - self.propagation - age)]
        return Zone(self.configuration, self._world, known)

    def _look(self, second: int) -> None:
        while self._next_look <= second:
            run = self._run
            self._next_look, self._run = next(self._looks)
            first = run not in self._controls
            if first:
                self._controls[run] = self.aws.control()
            self._act(self._controls[run], keep=first)

    def _act(self, control: Control, *, keep: bool) -> None:
        environment = self.environment
        if not (environment.failover.controlled and self._reached(self._standby)):
            return
        try:
            control.act(
                self._health(environment.health_name("primary")),
                standby=self._health(environment.health_name("dr")),
                keep=keep,
            )
        except ExceptionGroup as group:
            if group.split((BotoCoreError, ClientError))[1] is not None:
                raise

    def _health(self, name: str) -> Health:
        def lookup(asked: str) -> set[str]:
            answer = self.zone(age=TTL).answer(asked)
            return set() if answer is None else set(answer.values)

        return health(name, lookup)

    def _user(self, number: int) -> tuple[str, str]:
        """The name and type that a user asks for: as many of each."""
        return self._asked[number % len(self._asked)]

    def _ask(self, second: int) -> None:
        zone, domain = self.zone(), self.environment.dns.domain
        answers = {(name, kind): zone.answer(name, kind) for name, kind in self._asked}
        ipv4 = answers[domain, "A"]
        for resolver in (*self._resolvers, *self._extending):
            if resolver.expires <= second or resolver.answer is None:
                fresh = resolver.answer is None  # starts at a random phase of its TTL
                answer = resolver.answer = answers[resolver.name, resolver.type]
                ttl = 0 if answer is None else answer.ttl + resolver.excess
                resolver.expires = min(resolver.expires, second + ttl) if fresh else second + ttl
        serving = frozenset(
            name for name in (self._primary, self._standby) if serves(self._world.regions[name])
        )

        def served(resolvers: Iterable[_Resolver]) -> tuple[str | None, ...]:
            places = (None if one.answer is None else one.answer.region for one in resolvers)
            return tuple(place if place in serving else None for place in places)

        self.history.append(
            Moment(
                at=second,
                answered=None if ipv4 is None else ipv4.region,
                users=served(self._resolvers),
                extending=served(self._extending),
                is_set=self._is_set,
                serving=serving,
                **self._data,
            )
        )

    @property
    def _data(self) -> dict[str, Any]:
        """What a moment tells of the databases."""
        if self.environment.data.kind is None:
            return {}
        regions = self._world.regions
        writing = [one for one in (self._primary, self._standby) if regions[one].can_write]
        return {"writing": frozenset(writing), "writer": self.aws.database.writer}

    @property
    def _is_set(self) -> bool:
        """Whether any place holds the object that sets the switch, or a routing control is Off."""
        return bool(self._world.off) or any(
            f"{place.bucket}/{SET_KEY}" in self._world.objects
            for place in self.environment.switch_places
        )

    def _reached(self, region: str) -> bool:
        return self._world.regions[region].network
