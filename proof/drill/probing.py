"""Route 53's health checkers: those of each endpoint check, sending real requests."""

import asyncio
import random
import ssl
from collections.abc import Mapping
from typing import Any

from proof.drill.balancer import Balancer
from proof.drill.clock import Clock
from proof.drill.http import NoAnswerError, get, reachable
from proof.drill.listener import PortListener
from proof.drill.objects import Objects
from proof.drill.tls import checker
from proof.route53 import Configuration, RegionState, UnknownToTheModelError, World
from proof.route53.checkers import Checker, Fleet
from proof.route53.configuration import EndpointCheck
from proof.route53.probes import (
    ANSWER_TIMEOUT,
    CONNECT_TIMEOUT,
    S3_HOST,
    SEARCHED_BYTES,
    TCP_TIMEOUT,
    balancer_behind,
    probe,
)


class Probing:
    """All fleets of checkers. balancers, s3: by region. chance: spreads the checkers over time."""

    def __init__(
        self,
        clock: Clock,
        configuration: Configuration,
        balancers: Mapping[str, Balancer],
        s3: Mapping[str, Any],
        chance: random.Random,
    ) -> None:
        self._clock = clock
        self._configuration = configuration
        self._balancers = balancers
        self._objects = Objects(s3)
        self._chance = chance
        self._tls = checker()
        self.fleets = {
            address: Fleet(check)
            for address, check in configuration.checks.items()
            if isinstance(check, EndpointCheck)
        }

    async def run(self) -> None:
        """Probes until cancelled."""
        async with asyncio.TaskGroup() as group:
            for fleet in self.fleets.values():
                for checker in fleet.checkers:
                    phase = self._chance.uniform(0, fleet.check.interval)
                    group.create_task(self._probe(fleet.check, checker, phase))

    async def _probe(self, check: EndpointCheck, checker: Checker, phase: float) -> None:
        """Runs one checker, whose interval starts again after each answer or timeout."""
        await self._clock.sleep(phase)
        while True:
            checker.learn(success=await self._ask(check))
            await self._clock.sleep(check.interval)

    async def _ask(self, check: EndpointCheck) -> bool:
        host = S3_HOST.fullmatch(check.fqdn)
        if host is not None:
            return await self._object(check, host["bucket"], host["region"])
        address = balancer_behind(check.fqdn, self._configuration)
        if address is None:
            return False
        region = self._configuration.balancers[address].region
        listener = self._balancers[region].listeners.get(check.port)
        if listener is None:
            return False
        if check.type == "TCP":
            where = (self._clock, listener.address, listener.port)
            return await reachable(*where, connect=TCP_TIMEOUT)
        if not check.type.startswith("HTTP"):
            raise UnknownToTheModelError(f"how to ask {check.fqdn} by {check.type}")
        tls = self._tls if check.type.startswith("HTTPS") else None
        return await self._http(check, listener, tls)

    async def _http(
        self, check: EndpointCheck, listener: PortListener, tls: ssl.SSLContext | None
    ) -> bool:
        """Applies the model's rule for HTTP and HTTPS checks, by the drill's clock."""
        try:
            answer = await get(
                self._clock,
                listener.address,
                listener.port,
                host=check.fqdn,
                path=check.path,
                connect=CONNECT_TIMEOUT,
                answer=ANSWER_TIMEOUT,
                tls=tls,
            )
        except NoAnswerError:
            return False
        searched = (check.search_string or "").encode()
        good = 200 <= answer.status < 400  # noqa: PLR2004 - 2xx and 3xx
        return good and searched in answer.body[:SEARCHED_BYTES]

    async def _object(self, check: EndpointCheck, bucket: str, region: str) -> bool:
        """Whether the object exists, asked with the drill's credentials, and whether checkers may
        read it, which the model decides."""
        key = check.path.removeprefix("/")
        found = await self._objects.there(region, bucket, key)
        state = RegionState(network=found is not None)
        objects = frozenset({f"{bucket}/{key}"} if found else ())
        return probe(check, self._configuration, World({region: state}, objects)).success
