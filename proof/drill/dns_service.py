"""Route 53's side of a drill: what its checkers find, and what its name servers answer."""

import asyncio
import random
from collections.abc import Coroutine, Mapping
from typing import Any

import dns.asyncresolver

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.agreed import BETWEEN_LOOKS
from functions.failover_control.endpoint import Health, Lookup, health
from proof.drill.balancer import Balancer
from proof.drill.clock import Clock
from proof.drill.journal import Journal
from proof.drill.loopback import ADDRESSES, IPV6_ADDRESSES
from proof.drill.name_server import Names, NameServer
from proof.drill.probing import Probing
from proof.drill.reading import Emitted
from proof.drill.resolvers import lookup, user_resolver
from proof.drill.route53 import Propagation, Route53
from sandbox.embedded_aws import EmbeddedAws

# Seconds between two looks at what DNS answers.
LOOK = 0.5


class DnsService:
    """chance: spreads checkers, propagation and the resolvers' caches over time."""

    def __init__(
        self,
        environment: Environment,
        emitted: Emitted,
        aws: EmbeddedAws,
        *,
        balancers: Mapping[Role, Balancer],
        chance: random.Random,
        journal: Journal,
    ) -> None:
        self._environment = environment
        self._chance = chance
        self._journal = journal
        self._clock: Clock = journal.clock
        configuration = emitted.configuration
        by_region = {environment.regional(role).region: balancers[role] for role in ROLES}
        s3 = {region: aws.client("s3", region) for region in set(configuration.buckets.values())}
        self._probing = Probing(self._clock, configuration, by_region, s3, chance)
        self.route53 = Route53(
            self._clock,
            configuration,
            balancers=by_region,
            probing=self._probing,
            propagation=Propagation(chance),
            journal=journal,
        )
        addresses = {
            family: {environment.regional(role).region: found[role] for role in ROLES}
            for family, found in (("A", ADDRESSES), ("AAAA", IPV6_ADDRESSES))
        }
        self._names = Names(
            configuration,
            addresses,
            self.route53.zone,
            environment.dns.zone,
            compared=journal.compare,
        )
        self._server = NameServer(self._names)

    async def open(self) -> None:
        """Starts to answer."""
        await self._server.open()

    def close(self) -> None:
        self._server.close()

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """What runs until cancelled."""
        return [self._probing.run(), self.route53.run(), self._watch()]

    async def _watch(self) -> None:
        while True:
            role = self.answers()
            if role is not None:
                region = self._environment.regional(role).region
                self._journal.state("DNS answers", f"{ROLE_NAMES[role]}, {region}")
            await self._clock.sleep(LOOK)

    def answers(self) -> Role | None:
        """The region whose load balancer the domain points to now."""
        region = self._names.region_of(self._environment.dns.domain)
        found: list[Role] = [
            role for role in ROLES if self._environment.regional(role).region == region
        ]
        return found[0] if found else None

    def lookup(self) -> Lookup:
        """How the control and the operator ask."""
        return lookup(self._server.port, self._clock)

    def resolver(self) -> dns.asyncresolver.Resolver:
        """A user's own."""
        return user_resolver(self._server.port, self._clock, age=self._chance.random())

    def late_resolver(self, *, age: float, excess: float) -> dns.asyncresolver.Resolver:
        """One that keeps answers for longer than their TTL."""
        return user_resolver(self._server.port, self._clock, age=age, excess=excess)

    async def until_healthy(self, role: Role, at_most: float) -> None:
        """Waits until DNS says that a region is healthy, as an operator would."""
        began = self._clock.now
        while self._clock.now - began < at_most:
            if await self.health(role) is Health.HEALTHY:
                return
            await self._clock.sleep(BETWEEN_LOOKS)

    async def health(self, role: Role) -> Health:
        """Route 53's verdict on a region."""
        name = self._environment.health_name(role)
        return await asyncio.to_thread(health, name, self.lookup())
