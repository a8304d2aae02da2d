"""Shows a rollout as it goes: progress bars in a terminal, otherwise a line per step."""

import time
from contextlib import suppress

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from sandbox.local.rollout import Rollout, StackRollout

# Seconds between updates.
REFRESH = 0.1
BAR_WIDTH = 30


def carry_out(rollout: Rollout, console: Console) -> None:
    """Shows it from its beginning to its end. Interrupted, it interrupts Terraform. Raises
    OperationError if a stack failed."""
    try:
        rollout.start()
        follow(rollout, console)
    except BaseException:
        with suppress(OSError):  # the terminal may be gone
            console.print("stopping Terraform ...")
        rollout.interrupt()
        raise
    rollout.result()


def follow(rollout: Rollout, console: Console) -> None:
    """Returns when the rollout is over."""
    if console.is_terminal:
        with Live(console=console, refresh_per_second=8, get_renderable=lambda: bars(rollout)):
            while not rollout.finished:
                time.sleep(REFRESH)
        return
    shown: set[tuple[str, str]] = set()
    while True:
        over = rollout.finished
        for stack in rollout.stacks.values():
            if (stack.name, stack.phase) not in shown:
                shown.add((stack.name, stack.phase))
                console.print(f"{stack.name}: {state(stack)}")
        if over:
            return
        time.sleep(REFRESH)


def bars(rollout: Rollout) -> Table:
    """A row per stack: how many planned resources are done, and what is in progress."""
    table = Table.grid(padding=(0, 2))
    for stack in rollout.stacks.values():
        planned, done = len(stack.progress.planned), len(stack.progress.done)
        over = stack.phase == "done"
        table.add_row(
            stack.name,
            ProgressBar(
                total=planned or 1, completed=1 if over and not planned else done, width=BAR_WIDTH
            ),
            f"{stack.seconds:3.0f} s",
            state(stack),
        )
    return table


def state(stack: StackRollout) -> str:
    """The stack's state in a few words."""
    planned, done = len(stack.progress.planned), len(stack.progress.done)
    match stack.phase:
        case "init":
            return "installing the provider, connecting the state"
        case "plan":
            return "planning"
        case "apply":
            names = sorted(address.partition(".")[2] for address in list(stack.progress.under_way))
            return f"{done} of {planned}  {', '.join(names)}"
        case "done":
            return (
                f"{done} of {planned} resources in {stack.seconds:.0f} s"
                if planned
                else "no changes"
            )
        case phase:
            return phase
