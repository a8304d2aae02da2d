"""A real deployment during a drill: its users, its states, and what the drill does to it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urljoin

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.endpoint import Health, health
from operations.aws import NoAnswerError
from proof.drill.clock import Clock
from proof.drill.http import reachable
from proof.drill.journal import Journal
from proof.drill.live.means import Means
from proof.drill.live.vantage import Vantage
from proof.drill.users import EVERY, PORTS, Pages, User
from terminal.errors import OperationError

# Seconds between two looks at DNS and at the primary, and how long the primary has for an answer.
LOOK, ANSWER = 2, 2
# Seconds for the first look, and for every user's first request.
SETTLE = 30
# How often the drill tries to give the primary back where AWS does not answer.
ATTEMPTS = 4
T = TypeVar("T")
PRIMARY = f"{ROLE_NAMES['primary']} region"
IN_REACH, AWAY = "in reach", "away"


class LiveStage:
    """clear: clears the switch as an operator does, and returns what it said; None where there is
    no switch. settle: seconds until the first look and every user's first request are expected, and
    a deployment that is new serves."""

    def __init__(
        self,
        environment: Environment,
        means: Means,
        vantage: Vantage,
        *,
        journal: Journal,
        clear: Callable[[], str] | None,
        settle: float = SETTLE,
    ) -> None:
        self.environment = environment
        self.journal = journal
        self.clock: Clock = journal.clock
        self.means = means
        self.vantage = vantage
        self.settle = settle
        self._clear = clear
        self._addresses: dict[Role, set[str]] = {role: set() for role in ROLES}

    @asynccontextmanager
    async def running(self, *, own_clock: bool = True) -> AsyncGenerator[None]:
        """Keeps the clock, looks at the deployment, and lets users in. Gives the primary back at
        the end, however that comes. Raises OperationError.

        own_clock: whether nobody else keeps the journal's clock.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one) for one in (self._watch(), *self._users())]
                if own_clock:
                    tasks.append(group.create_task(self.clock.run()))
                try:
                    yield
                finally:
                    for task in tasks:
                        task.cancel()
                    self._end()
        except ExceptionGroup as failed:
            told = [one for one in failed.exceptions if isinstance(one, OperationError)]
            if not told:
                raise
            raise told[0] from None

    def _end(self) -> None:
        """Gives the primary back. Raises OperationError, with what happens instead, if that
        fails."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._tell(given_back=self.means.end())
            except NoAnswerError as error:
                if attempt == ATTEMPTS:
                    raise self._not_given_back(error) from None
            except OperationError as error:
                raise self._not_given_back(error) from None
            except KeyboardInterrupt:
                raise self._not_given_back("interrupted") from None
            else:
                return

    def _tell(self, *, given_back: bool) -> None:
        if given_back:
            self.journal.tell("fault", f"{self.environment.primary.region} is given back")

    def _not_given_back(self, why: object) -> OperationError:
        return OperationError(
            f"the primary is not given back: {why}\n{self.means.otherwise}; `failover drill --live"
            " --end` does it now"
        )

    def _users(self) -> list[Coroutine[Any, Any, None]]:
        """One for each resolver. The first comes by http://."""
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
        await to_its_end(self.means.begin)

    async def give_back(self) -> None:
        given_back = await to_its_end(self.means.end)
        self._tell(given_back=given_back)
        if not given_back:
            self.journal.tell("fault", "AWS has given the primary back: the drill took too long")

    async def clear_switch(self) -> None:
        assert self._clear is not None  # noqa: S101 - only where there is one
        self.journal.tell("operator", await to_its_end(self._clear))

    def serves(self) -> bool:
        """Whether the primary serves everybody, and Route 53 finds both regions healthy."""
        healthy = (self.journal.now(_check_of(role)) == Health.HEALTHY.value for role in ROLES)
        return all(healthy) and self.everybody_on("primary")

    def away(self) -> bool:
        """Whether the primary was out of reach at the last look."""
        return self.journal.now(PRIMARY) == AWAY

    async def _watch(self) -> None:
        """Records what DNS says, and whether the primary is in reach."""
        while True:
            states, addresses = await asyncio.to_thread(self._ask)
            if addresses:
                states[PRIMARY] = await self._reach(addresses)
            for of, state in states.items():
                self.journal.state(of, state)
            await self.clock.sleep(LOOK)

    async def _reach(self, addresses: set[str]) -> str:
        """Whether a load balancer takes connections from here, at any of its addresses."""
        port = self.vantage.web.ports[PORTS[self.environment.scheme]]
        answers = [reachable(self.clock, one, port, connect=ANSWER) for one in addresses]
        return IN_REACH if any(await asyncio.gather(*answers)) else AWAY

    def _ask(self) -> tuple[dict[str, str], set[str]]:
        """What DNS says of the regions' health, and with whose addresses it answers users; and the
        primary's addresses."""
        environment, lookup = self.environment, self.vantage.lookup
        found: dict[str, str] = {}
        now = {role: lookup(environment.regional_name(role)) for role in ROLES}
        for role in ROLES:
            self._addresses[role] |= now[role]
            said = health(environment.health_name(role), lookup)
            found[_check_of(role)] = said.value
        if environment.failover.latches:
            found["primary in service"] = health(environment.in_service_name, lookup).value
        answered = lookup(environment.dns.domain)
        for role in ROLES:
            if answered and answered <= self._addresses[role]:
                region = environment.regional(role).region
                found["DNS answers"] = f"{ROLE_NAMES[role]}, {region}"
        return found, now["primary"]


def _check_of(role: Role) -> str:
    return f"{ROLE_NAMES[role]} health check"


async def to_its_end(call: Callable[[], T]) -> T:
    """Runs a call in a thread, and waits for it even if cancelled: what it does would come after
    what undoes it."""
    running = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
