"""The drill's clock, which stops while the machine stalls."""

import asyncio
import time

import pytest

from proof.drill.clock import GRACE, LONGEST_TICK, WAITED_FOR, Clock


def test_sleepers_wake_in_their_order() -> None:
    clock, woken = Clock(20), list[str]()

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async def run() -> None:
        tasks = [asyncio.create_task(sleeper(str(one), one)) for one in (3, 1, 2)]
        await asyncio.sleep(0)
        for _ in range(3):
            clock.advance(1)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert woken == ["1", "2", "3"]


def test_a_timeout_is_of_simulated_seconds() -> None:
    clock = Clock(20)

    async def too_long() -> None:
        async with clock.timeout(2):
            clock.advance(1.9)
            await asyncio.sleep(0.01)
            clock.advance(0.2)
            await asyncio.sleep(10)

    async def run() -> None:
        with pytest.raises(TimeoutError):
            await too_long()
        async with clock.timeout(2):
            pass
        clock.advance(5)  # the timeout is over and has no effect
        await asyncio.sleep(0)

    asyncio.run(run())


def test_it_runs_by_its_factor_and_stands_still_while_the_machine_stalls() -> None:
    clock = Clock(100)

    async def run() -> None:
        ticking = asyncio.create_task(clock.run())
        began = time.monotonic()
        await clock.sleep(20)
        assert time.monotonic() - began >= 0.19
        before = clock.now
        time.sleep(0.3)
        await asyncio.sleep(0.001)
        assert clock.now - before <= 100 * 3 * LONGEST_TICK
        assert clock.stalled > 0.25
        assert clock.longest_stall > 0.25
        ticking.cancel()

    asyncio.run(run())


def test_until_tells_whether_the_condition_holds() -> None:
    clock = Clock(1000)

    async def run() -> None:
        ticking = asyncio.create_task(clock.run())
        assert await clock.until(lambda: clock.now > 3, at_most=60)
        assert not await clock.until(lambda: False, at_most=3)
        ticking.cancel()

    asyncio.run(run())


def test_it_waits_for_a_process_that_takes_its_time_but_not_for_ever() -> None:
    clock = Clock(100)

    async def run() -> None:
        ticking = asyncio.create_task(clock.run())
        with clock.process():
            await asyncio.sleep(0.3)
            assert clock.now <= 100 * 3 * GRACE
            await asyncio.sleep(WAITED_FOR)
            assert await asyncio.wait_for(clock.until(lambda: clock.now > 20, 100), 10)
        ticking.cancel()

    asyncio.run(run())
