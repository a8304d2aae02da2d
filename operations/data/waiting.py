"""Waits for a database to arrive where it was sent."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from operations.aws import NoAnswerError
from terminal.errors import OperationError


@dataclass(frozen=True)
class Patience:
    """Seconds between two looks, and after which we stop looking. clock, sleep: for tests."""

    poll: float = 10.0
    timeout: float = 1800.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep


def wait_until(
    what: str, arrived: Callable[[], bool], patience: Patience, console: Console
) -> float:
    """Looks until `arrived` says so; returns how many seconds that took.

    what: what is waited for, as in "waiting for ...". A look without an answer is repeated. Raises
    OperationError if it takes too long: nothing is undone, and the command may be run again.
    """
    began = patience.clock()
    with console.status(f"waiting for {what}"):
        while True:
            trouble = ""
            try:
                if arrived():
                    return patience.clock() - began
            except NoAnswerError as error:
                trouble = f"; the last look had no answer: {error}"
            if patience.clock() - began > patience.timeout:
                raise OperationError(
                    f"still waiting for {what} after {patience.timeout:.0f} s{trouble}\n"
                    "  It goes on in AWS; run the command again to see how it ends."
                )
            patience.sleep(patience.poll)
