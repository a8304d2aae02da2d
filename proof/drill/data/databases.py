"""Both regions' databases during a drill: what happens to them, and what became of the writes."""

import asyncio
import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from environments import OTHER, ROLE_NAMES, ROLES, Environment, Role
from proof.drill.clock import LONGEST_TICK, Clock
from proof.drill.data.driven import DrivenRds
from proof.drill.data.seen import DataSeen, PrimarySeen, seen
from proof.drill.data.writers import Written
from proof.drill.journal import Journal
from proof.drill.picture import WRITES
from proof.drill.postgres.ledger import Ledger, Move, Rows
from proof.drill.postgres.replication import ReplicatedDatabase
from proof.drill.postgres.server import ERRORS
from proof.drill.reading import DataPromise
from terminal.errors import OperationError

# Seconds: between two looks, between two measurements of the lag, and from when a region whose
# writer was replaced is back until that follows the new one. AWS takes minutes to hours.
LOOK, MEASURE, RESYNC = 1, 10, 60
# What AWS calls a move: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverState.html
FAILING_OVER, SWITCHING_OVER = "failing-over", "switching-over"
NOBODY = "nobody"


class Databases:
    """variables: what each region's instances are told of its database. promise: what the stacks
    promise of it. fences: whether a replaced writer stops taking writes, as it must: a drill that
    plays otherwise must fail."""

    def __init__(
        self,
        environment: Environment,
        pair: ReplicatedDatabase,
        journal: Journal,
        variables: Mapping[Role, Mapping[str, str]],
        *,
        promise: DataPromise,
        fences: bool = True,
    ) -> None:
        self.pair = pair
        self.variables = variables
        self.promise = promise
        self.fences = fences
        self.written = Written()
        """By users whom DNS leads."""
        self.stubborn = Written()
        """By one who always writes to the primary's load balancer."""
        self.moves: list[Move] = []
        self.rows: list[Rows] = []
        self.lost_at: dict[Role, float] = {}
        self.behind = 0.0
        """The most that the standby was behind in this scenario, as far as it was measured."""
        self.caught_up: float | None = None
        """Seconds that it took to follow again, where a scenario waited for that."""
        self._environment = environment
        self._journal = journal
        self._clock: Clock = journal.clock
        self._moving = ""
        self._told = 0
        self._fenced_since: float | None = None
        self._measured = 0.0
        self._trouble = ""
        self._clocks: list[tuple[float, float]] = []
        """Moments of the real clock, and of the drill's."""

    @property
    def writer(self) -> Role | None:
        return self.pair.writer

    @property
    def moving(self) -> str:
        return self._moving

    @property
    def replicates(self) -> bool:
        return self.pair.replicates

    def driven(self, rds: Any) -> DrivenRds:
        """A client of the embedded AWS's RDS, whose failovers happen to these databases."""
        return DrivenRds(rds, self, self._role_of)

    def _role_of(self, region: str) -> Role:
        return "primary" if region == self._environment.primary.region else "dr"

    def begin_failover(self, to: Role) -> None:
        def act() -> None:
            self.pair.fail_over(to, allow_data_loss=True, fences=self.fences)

        self._begin(FAILING_OVER, to, act, allowed=self.promise.lag)

    def begin_switchover(self, to: Role) -> None:
        self._begin(SWITCHING_OVER, to, lambda: self.pair.switch_over(to), allowed=None)

    def _begin(
        self, status: str, to: Role, act: Callable[[], None], *, allowed: float | None
    ) -> None:
        """Goes on in a thread, as in AWS. Nothing happens to a writer that is one already."""
        if self._moving or self.writer == to:
            return
        self._moving = status
        threading.Thread(target=self._move, args=(to, act, allowed), daemon=True).start()

    def _move(self, to: Role, act: Callable[[], None], allowed: float | None) -> None:
        region = self._environment.regional(to).region
        began = self._clock.now
        try:
            act()
            ended = [one.ended for one in self.pair.history.all if one.role != to and one.ended]
            stopped = began if allowed is not None and not self.fences else max(ended)
            self.moves.append(Move(stopped, to, allowed))
            self._journal.tell("control", f"{region}'s database takes writes")
        except OperationError as error:
            self._trouble = str(error)
        finally:
            self._moving = ""

    def lose(self, role: Role) -> None:
        """With everything that its server was doing."""
        self.lost_at[role] = self._clock.now
        self.pair.lose(role)

    def restore(self, role: Role) -> None:
        """As what it is to be now."""
        self.pair.restore(role)

    def part(self) -> None:
        """The regions no longer reach each other, though users reach both."""
        self.pair.partition()
        self._journal.tell("fault", "the regions do not reach each other")

    def heal(self) -> None:
        """Ends that."""
        self.pair.heal()
        self._journal.tell("fault", "the regions reach each other again")

    def well(self, role: Role) -> bool:
        """Whether the application can be healthy there."""
        state = self.pair.state
        return role not in state.lost and role in ("dr", state.writer)

    async def follow(self) -> None:
        """Watches the servers until cancelled, and brings a replaced writer back as a copy. Raises
        OperationError if a move failed that AWS has made."""
        while True:
            if self._trouble:
                raise OperationError(f"the drill's databases: {self._trouble}")
            self._clocks.append((time.time(), self._clock.now))
            self._journal.state(WRITES, self._where(), silently=True)
            await self._resync()
            await self._measure()
            await self._clock.sleep(LOOK)

    def _where(self) -> str:
        writer = self.writer
        if writer is None:
            return NOBODY
        return f"{ROLE_NAMES[writer]}, {self._environment.regional(writer).region}"

    async def _resync(self) -> None:
        role = self._replaced()
        if role is None or self._moving:
            self._fenced_since = None
            return
        if self._fenced_since is None:
            self._fenced_since = self._clock.now
        if self._clock.now - self._fenced_since >= RESYNC:
            how = await asyncio.to_thread(self.pair.rejoin, role)
            region = self._environment.regional(role).region
            self._journal.tell("control", f"{region}'s database follows again, {how}")

    def _replaced(self) -> Role | None:
        """The region whose writer was replaced, if both are there."""
        state = self.pair.state
        for role in ROLES:
            gone = {role, OTHER[role]} & state.lost
            if state.parts[role] in ("fenced", "unfenced") and not gone and not state.partitioned:
                return role
        return None

    async def _measure(self) -> None:
        if self._clock.now - self._measured < MEASURE:
            return
        self._measured = self._clock.now
        lag = await asyncio.to_thread(lambda: self.pair.lag)
        if lag is not None:
            self.behind = max(self.behind, self._clock.now - self._at(time.time() - lag.seconds))

    def _at(self, moment: float) -> float:
        """What the drill's clock, which may stand still, showed at a moment of the real one."""
        place = bisect_right(self._clocks, (moment, math.inf))
        return self._clocks[max(place - 1, 0)][1]

    async def until_it_follows(self, real_seconds: float) -> None:
        """Waits until the standby has caught up, but not for longer."""
        began = self._clock.now
        self.caught_up = None
        while self._clock.now - began < real_seconds * self._clock.factor:
            if await asyncio.to_thread(lambda: self.replicates):
                self.caught_up = self._clock.now - began
                return
            await self._clock.sleep(LOOK)

    def begin(self) -> None:
        """A scenario begins."""
        self._told, self.behind, self.caught_up = len(self.moves), 0.0, None

    async def seen(
        self, began: float, ended: float, first: float, *, primary: PrimarySeen
    ) -> DataSeen:
        """How things stand at the end of a scenario. first: when the first one began. primary: how
        its instances are."""
        await asyncio.to_thread(self._read)
        follows = await asyncio.to_thread(lambda: self.replicates)
        return seen(
            self,
            self.ledger(first),
            began,
            ended,
            told=self._told,
            follows=follows,
            primary=primary,
        )

    def ledger(self, began: float) -> Ledger:
        """All events since then."""
        writes = sorted(
            [*self.written.writes, *self.stubborn.writes], key=lambda write: write.ended
        )
        now = self._clock.now
        return Ledger(began, now, writes, self.rows, self.moves, self.pair.history.all)

    def _read(self) -> None:
        """What the writer has, if there is one. The clock moves in ticks: what was written after
        the reading began may seem to be as old as that."""
        writer, at = self.writer, self._clock.now - LONGEST_TICK * self._clock.factor
        if writer is None:
            return
        with suppress(*ERRORS), self.pair.servers[writer].connection(self.pair.name) as connection:
            found: list[list[Any]] = connection.run("SELECT id FROM entries") or []
            self.rows.append(Rows(at, tuple(str(row[0]) for row in found)))
