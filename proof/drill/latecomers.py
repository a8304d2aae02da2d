"""Users who follow late: they ask through resolvers that extend TTLs, or hold a connection for as
long as it answers. They are reported beside those whom the verdicts judge."""

import random
from collections.abc import Callable, Coroutine
from typing import Any

import dns.asyncresolver

from modules.user_tail import excess
from proof.drill.crowd import asked
from proof.drill.http import KeptConnection, NoAnswerError, Response
from proof.drill.journal import Journal
from proof.drill.reading import Emitted
from proof.drill.users import ANSWER_TIMEOUT, User, Web

EXTENDING, HOLDING = 4, 2
# Seconds between two requests: few, as they take time from the machine that runs the drill.
LATE_EVERY = 4


class Holder(User):
    """A user whose requests go over one connection, until that fails or is closed. Then it asks DNS
    anew, like any other."""

    _kept: KeptConnection | None = None

    async def run(self, phase: float) -> None:
        try:
            await super().run(phase)
        finally:
            self._let_go()

    async def _resolve(self, host: str) -> str:
        return self._kept.address if self._kept is not None else await super()._resolve(host)

    async def _get(
        self, address: str, port: int, host: str, path: str, *, secure: bool
    ) -> tuple[str, Response]:
        try:
            if self._kept is not None:
                try:
                    return address, await self._kept.get(path)
                except NoAnswerError:  # closed since: browsers try again at once
                    self._let_go()
                    address = await self._resolve(host)
            self._kept = await KeptConnection.open(
                *(self._clock, address, self._web.ports[port]),
                host=host,
                connect=2 * ANSWER_TIMEOUT,
                tls=self._web.tls if secure else None,
            )
            return address, await self._kept.get(path)
        except BaseException:  # a timeout cancels: what may still come is no answer to the next
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def latecomers(
    emitted: Emitted,
    *,
    seed: int,
    web: Web,
    resolver: Callable[..., dns.asyncresolver.Resolver],
    journal: Journal,
    releases: bool,
) -> list[Coroutine[Any, Any, None]]:
    """Them, ready to start.

    seed: spreads the resolvers over those that extend TTLs, and their caches over time. resolver:
    makes one of this age and excess.
    """
    chance = random.Random(f"late {seed}")  # noqa: S311 - a simulation
    url, pages = asked(emitted, releases=releases)
    common: dict[str, Any] = {"url": url, "web": web, "pages": pages, "journal": journal}
    common["every"] = LATE_EVERY
    extending = [
        User(
            number,
            resolver(age=chance.random(), excess=extended),
            requests=journal.late.setdefault("extending", []),
            **common,
        )
        for number, extended in enumerate(excesses(EXTENDING, chance))
    ]
    holding = [
        Holder(
            number,
            resolver(age=chance.random(), excess=0),
            requests=journal.late.setdefault("holding", []),
            **common,
        )
        for number in range(HOLDING)
    ]
    users = [*extending, *holding]
    return [user.run(LATE_EVERY * number / len(users)) for number, user in enumerate(users)]


def excesses(count: int, chance: random.Random) -> list[float]:
    """Seconds after the TTL for each of so many resolvers, one of each part of the distribution."""
    return [excess((number + chance.random()) / count) for number in range(count)]
