"""Applies an environment's stacks in dependency order, in parallel where possible."""

import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.local.workspace import Workspace
from sandbox.terraform import Progress, Terraform
from terminal.errors import OperationError

Phase = Literal["waiting", "init", "plan", "apply", "done", "failed", "skipped"]

# What each stack depends on, of those that there are: the others' state buckets, the tables that
# instances use, and the names that records point to.
AFTER: dict[str, tuple[str, ...]] = {
    "bootstrap": (),
    "tables": ("bootstrap",),
    "primary": ("bootstrap", "tables"),
    "dr": ("bootstrap", "tables"),
    "global": ("primary", "dr"),
}
# The AWS provider polls a new lifecycle rule for 55 s before it reports it done. No other stack
# reads that from the state, so the next ones start meanwhile.
SLOW_AND_NEEDED_BY_NONE = "aws_s3_bucket_lifecycle_configuration."
NONE: Mapping[str, Mapping[str, str]] = {}


@dataclass
class StackRollout:
    """One stack's progress through Terraform."""

    name: str
    phase: Phase = "waiting"
    progress: Progress = field(default_factory=Progress)
    began: float | None = None
    ended: float | None = None
    error: str = ""
    usable: threading.Event = field(default_factory=threading.Event)
    """Set once dependent stacks may start, or never will."""
    destroyed: bool = False
    """Whether it is destroyed, and not applied."""

    @property
    def seconds(self) -> float:
        """How long it has been running, or ran."""
        if self.began is None:
            return 0
        return (self.ended or time.monotonic()) - self.began

    def observe(self, event: Mapping[str, Any]) -> None:
        """Records one event of its apply."""
        self.progress.follow(event)
        if event.get("type") == "change_summary":
            self.phase = "apply"
        if (
            self.phase == "apply"
            and not self.destroyed
            and all(
                address.startswith(SLOW_AND_NEEDED_BY_NONE) for address in self.progress.remaining
            )
        ):
            self.usable.set()


class Rollout:
    """The rollout of an environment's stacks.

    stacks: their names.
    variables: extra environment variables for each stack's Terraform.
    in_turn: whether the standby waits for the primary, whose database its own one joins.
    destroy: whether to destroy them, in the opposite order.
    """

    def __init__(
        self,
        name: str,
        stacks: Collection[str],
        workspace: Workspace,
        terraform: Terraform,
        variables: Mapping[str, Mapping[str, str]] = NONE,
        *,
        in_turn: bool = False,
        destroy: bool = False,
    ) -> None:
        self._name = name
        self._in_turn = in_turn
        self._destroy = destroy
        self._workspace = workspace
        self._terraform = terraform
        self._variables = variables
        self.stacks = {
            stack: StackRollout(stack, destroyed=destroy) for stack in AFTER if stack in stacks
        }
        self._pool = ThreadPoolExecutor(max_workers=len(self.stacks))
        self._runs: list[Future[None]] = []

    def start(self) -> None:
        """Starts it; `finished` says when it is over."""
        self._runs = [self._pool.submit(self._deploy, stack) for stack in self.stacks.values()]

    @property
    def finished(self) -> bool:
        """Whether every stack is done, failed or skipped."""
        return all(run.done() for run in self._runs)

    def result(self) -> None:
        """Raises OperationError, with Terraform's output, if a stack failed."""
        for run in self._runs:
            run.result()  # raises our own errors
        failed = [stack for stack in self.stacks.values() if stack.phase == "failed"]
        if failed:
            raise OperationError("\n\n".join(self._explained(stack) for stack in failed))

    def interrupt(self) -> None:
        """Interrupts every Terraform gracefully, and waits for them to end."""
        self._terraform.interrupt()
        self._pool.shutdown()

    def _deploy(self, stack: StackRollout) -> None:
        try:
            earlier = self._before(stack)
            for one in earlier:
                one.usable.wait()
            if any(one.phase in {"failed", "skipped"} for one in earlier):
                stack.phase = "skipped"
                return
            stack.began = time.monotonic()
            self._apply(stack)
            stack.phase = "done"
        except OperationError as error:
            stack.phase, stack.error = "failed", str(error)
        except BaseException:
            stack.phase = "failed"
            raise
        finally:
            stack.ended = time.monotonic()
            stack.usable.set()

    def _before(self, stack: StackRollout) -> list[StackRollout]:
        names = AFTER[stack.name]
        if self._destroy:
            names = tuple(name for name, earlier in AFTER.items() if stack.name in earlier)
        if self._in_turn and stack.name == "dr":
            names = (*names, "primary")
        return [self.stacks[name] for name in names if name in self.stacks]

    def _apply(self, stack: StackRollout) -> None:
        folder = self._workspace.stack(self._name, stack.name)
        log = self._workspace.log(self._name, stack.name)
        stack.phase = "init"
        variables = self._variables.get(stack.name, {})
        self._terraform.init(folder, log, variables)
        stack.phase = "plan"
        self._terraform.apply(folder, log, stack.observe, variables, destroy=self._destroy)

    def _explained(self, stack: StackRollout) -> str:
        log = self._workspace.log(self._name, stack.name)
        return f"{stack.name} failed (Terraform's full output is in {log}):\n{stack.error}"
