"""The drill's clock: time as AWS, the stacks and the users see it, sped up by a factor.

The clock stops while this machine stalls, or while a process on it is slow to answer. Compressed
timeouts are a tenth of a second or less: measured in wall time, a busy machine would look like a
failing system.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

# Real seconds between two ticks, and the most that one tick counts for.
TICK = 0.005
LONGEST_TICK = 0.01
# The clock stops once a process has not answered for GRACE real seconds, and runs again after
# WAITED_FOR: a process that takes longer has failed.
GRACE = 0.01
WAITED_FOR = 2.0
# Seconds between two polls in `until`.
LOOK = 0.5


class Clock:
    """Simulated seconds since the start.

    factor: simulated seconds in a real one. real: whether what it times is elsewhere, and goes on
    while this machine stalls: then the clock does too.
    """

    def __init__(self, factor: float, *, real: bool = False) -> None:
        self.factor = factor
        self._real = real
        self.now = 0.0
        self.stalled = 0.0
        """Real seconds for which the clock stood still."""
        self.longest_stall = 0.0
        self._waits: dict[int, float] = {}
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    async def run(self) -> None:
        """Runs until cancelled."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            counted = self._counted(now, last)
            stalled = now - last - counted
            last = now
            self.stalled += stalled
            self.longest_stall = max(stalled, self.longest_stall)
            self.advance(counted * self.factor)

    def _counted(self, now: float, last: float) -> float:
        """How much of the time since the last tick counts."""
        if self._real:
            return now - last
        return 0 if self._waits_for_a_process(now) else min(now - last, LONGEST_TICK)

    @contextmanager
    def process(self) -> Generator[None]:
        """Marks the `with` block as waiting for a local process, so that the clock can wait too."""
        number = next(self._numbers)
        self._waits[number] = time.monotonic()
        try:
            yield
        finally:
            del self._waits[number]

    def _waits_for_a_process(self, now: float) -> bool:
        return any(GRACE < now - began < WAITED_FOR for began in self._waits.values())

    def advance(self, seconds: float) -> None:
        """Moves the clock forward, and runs whatever is due."""
        self.now += seconds
        while self._due and self._due[0][0] <= self.now:
            heapq.heappop(self._due)[2]()

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not woken.done():
                woken.set_result(None)

        self._at(self.now + max(seconds, 0), wake)
        await woken

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncGenerator[None]:
        """Raises TimeoutError if the block takes longer, in simulated seconds."""
        over = False

        def end() -> None:
            if not over:
                limit.reschedule(0)

        try:
            async with asyncio.timeout(None) as limit:
                self._at(self.now + seconds, end)
                yield
        finally:
            over = True

    async def until(self, condition: Callable[[], bool], at_most: float) -> bool:
        """Waits until the condition holds, for `at_most` seconds, and returns whether it does."""
        end = self.now + at_most
        while not condition():
            if self.now >= end:
                return False
            await self.sleep(LOOK)
        return True

    def _at(self, due: float, callback: Callable[[], None]) -> None:
        heapq.heappush(self._due, (due, next(self._numbers), callback))
