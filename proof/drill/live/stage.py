"""A real deployment during a drill: its users, its states, and what the drill does to it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urljoin

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.endpoint import health
from proof.drill.clock import Clock
from proof.drill.http import reachable
from proof.drill.journal import Journal
from proof.drill.live.means import Means
from proof.drill.live.vantage import Vantage
from proof.drill.users import EVERY, PORTS, Pages, User

# Seconds between two looks at DNS and at the primary, and how long the primary has for an answer.
LOOK, ANSWER = 2, 2
PRIMARY = f"{ROLE_NAMES['primary']} region"
IN_REACH, AWAY = "in reach", "away"


class LiveStage:
    """clear: clears the switch as an operator does, and returns what it said; None where there is
    no switch."""

    def __init__(
        self,
        environment: Environment,
        means: Means,
        vantage: Vantage,
        *,
        journal: Journal,
        clear: Callable[[], str] | None,
    ) -> None:
        self.environment = environment
        self.journal = journal
        self.clock: Clock = journal.clock
        self.means = means
        self.vantage = vantage
        self._clear = clear
        self._addresses: dict[Role, set[str]] = {role: set() for role in ROLES}

    @asynccontextmanager
    async def running(self, *, own_clock: bool = True) -> AsyncGenerator[None]:
        """Keeps the clock and looks at the deployment. Gives the primary back at the end, however
        that comes.

        own_clock: whether nobody else keeps the journal's clock.
        """
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._watch())]
            if own_clock:
                tasks.append(group.create_task(self.clock.run()))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                self.means.end()

    def users(self) -> list[Coroutine[Any, Any, None]]:
        """One for each resolver, ready to start. The first comes by http://."""
        environment, count = self.environment, len(self.vantage.resolvers)
        application = environment.application
        pages: dict[Role, str] | None = None
        path = application.health_check_path
        if application.kind == "page" and application.setup is None:
            path = "/"
            pages = {role: str(environment.regional(role).page) for role in ROLES}
        host = environment.dns.domain
        return [
            User(
                number,
                resolver(),
                url=urljoin(f"{environment.scheme if number else 'http'}://{host}/", path),
                web=self.vantage.web,
                pages=Pages(pages, self._addresses),
                journal=self.journal,
            ).run(EVERY * number / count)
            for number, (_, resolver) in enumerate(self.vantage.resolvers)
        ]

    def everybody_on(self, role: Role) -> bool:
        """Whether this region served every user's last request."""
        latest = self.journal.latest()
        return len(latest) == len(self.vantage.resolvers) and all(
            request.served == role for request in latest.values()
        )

    async def take_away(self) -> None:
        self.journal.tell("fault", self.means.what)
        await asyncio.to_thread(self.means.begin)

    async def give_back(self) -> None:
        await asyncio.to_thread(self.means.end)
        self.journal.tell("fault", f"{self.environment.primary.region} is given back")

    async def clear_switch(self) -> None:
        assert self._clear is not None  # noqa: S101 - only where there is one
        self.journal.tell("operator", await asyncio.to_thread(self._clear))

    def away(self) -> bool:
        """Whether the primary was out of reach at the last look."""
        return self.journal.now(PRIMARY) == AWAY

    async def in_reach(self, role: Role) -> bool:
        """Whether a region's load balancer takes connections from here."""
        port = self.vantage.web.ports[PORTS[self.environment.scheme]]
        for address in sorted(self._addresses[role])[:1]:
            return await reachable(self.clock, address, port, connect=ANSWER)
        return False

    async def _watch(self) -> None:
        """Records what DNS says, and whether the primary is in reach."""
        while True:
            states = await asyncio.to_thread(self._ask)
            found = await self.in_reach("primary")
            states[PRIMARY] = IN_REACH if found else AWAY
            for of, state in states.items():
                self.journal.state(of, state)
            await self.clock.sleep(LOOK)

    def _ask(self) -> dict[str, str]:
        """What DNS says of the regions' health, and with whose addresses it answers users."""
        environment, lookup = self.environment, self.vantage.lookup
        found: dict[str, str] = {}
        for role in ROLES:
            self._addresses[role].update(lookup(environment.regional_name(role)))
            said = health(environment.health_name(role), lookup)
            found[f"{ROLE_NAMES[role]} health check"] = said.value
        if environment.failover.latches:
            found["primary in service"] = health(environment.in_service_name, lookup).value
        answered = lookup(environment.dns.domain)
        for role in ROLES:
            if answered and answered <= self._addresses[role]:
                region = environment.regional(role).region
                found["DNS answers"] = f"{ROLE_NAMES[role]}, {region}"
        return found
