"""How the steps of a plan are looked at."""

import threading

from operations.plans.run import AT_ONCE, looks
from operations.plans.step import State, Step
from terminal.errors import OperationError


def step(number: int, meet: threading.Barrier) -> Step:
    """One that tells how it stands only once all are being asked."""

    def done() -> bool:
        meet.wait(timeout=10)
        if number % 2:
            raise OperationError(f"{number} does not answer")
        return True

    return Step(name=f"step {number}", why="", done=done, run=lambda _: "")


def test_all_steps_are_asked_at_once_and_told_in_their_order() -> None:
    meet = threading.Barrier(AT_ONCE)
    found = looks([step(number, meet) for number in range(AT_ONCE)])
    assert [one.name for one, _ in found] == [f"step {number}" for number in range(AT_ONCE)]
    assert [seen.state for _, seen in found] == [State.DONE, State.UNKNOWN] * (AT_ONCE // 2)
    assert found[1][1].why == "1 does not answer"
