"""Runs a plan's steps in order, each shown before it runs."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from operations.plans.journal import Journal
from operations.plans.step import Confirm, Look, State, Step, look
from terminal.errors import OperationError

# The longest plans have seven steps.
AT_ONCE = 8
Approval = Callable[[Step], Confirm]
"""How a human is asked before a step takes effect."""


def carry_out(
    steps: Sequence[Step], *, journal: Journal, approval: Approval, console: Console
) -> str | None:
    """Runs what is not done yet; returns why it stopped, or None once all of it is done. Raises
    KeyboardInterrupt, after noting which step was interrupted."""
    for number, step in enumerate(steps, start=1):
        console.print(f"{number}/{len(steps)} {step.name}: {step.why}")
        try:
            stopped = _carry_out(step, journal, approval, console)
        except OperationError as error:
            stopped = str(error)
        except KeyboardInterrupt:
            journal.add("interrupted", step.name)
            raise
        if stopped is not None:
            journal.add("stopped", step.name, stopped)
            return f"{step.name}: {stopped}"
    return None


def _carry_out(step: Step, journal: Journal, approval: Approval, console: Console) -> str | None:
    """Why it stopped, or None. Raises OperationError."""
    found = look(step)
    match found.state:
        case State.DONE:
            journal.add("done already", step.name)
            console.print("  done already")
        case State.SKIPPED:
            journal.add("not needed", step.name, found.why)
            console.print(f"  not needed: {found.why}")
        case State.BLOCKED:
            return found.why
        case State.TO_DO | State.UNKNOWN:
            journal.add("began step", step.name)
            detail = step.run(approval(step))
            if look(step).state in (State.TO_DO, State.BLOCKED):
                return f"{detail}, but that is not so yet"
            journal.add("done", step.name, detail)
            console.print(f"  {detail}")
    return None


def looks(steps: Sequence[Step]) -> list[tuple[Step, Look]]:
    """How each step stands, in their order. All are looked at side by side, so that a region that
    does not answer is waited for once. Changes nothing."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(zip(steps, threads.map(look, steps), strict=True))


def listed(found: Iterable[tuple[Step, Look]]) -> str:
    """The plan for people."""
    lines: list[str] = []
    for number, (step, seen) in enumerate(found, start=1):
        now = f"{seen.state.value}: {seen.why}" if seen.why else seen.state.value
        asks = f" A human decides {step.asks}." if step.asks else ""
        lines += [f"{number:2}  {step.name}: {now}", f"    {step.why}{asks}"]
    return "\n".join([*lines, ""])
