"""Deploys and destroys a copy with the operator's own Terraform."""

import shutil
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from environments import STACKS
from sandbox.local.display import carry_out
from sandbox.local.rollout import Rollout
from sandbox.local.workspace import Workspace
from sandbox.terraform import Terraform
from terminal.errors import OperationError

FOLDER = Path(".ephemeral")
LOCK_FILE = ".terraform.lock.hcl"


class Copy:
    """A copy's stacks in a folder, which is kept until they are destroyed: the state of `bootstrap`
    is there.

    terraform: makes a Terraform; one that was interrupted runs no more.
    """

    def __init__(
        self, name: str, terraform: Callable[[], Terraform], folder: Path = FOLDER
    ) -> None:
        self.name = name
        self.outdir = Workspace(folder).outdir(name)
        self._workspace = Workspace(folder)
        self._terraform = terraform

    @property
    def folder(self) -> Path:
        """The copy's own."""
        return self.outdir.parent

    def deploy(self, console: Console) -> None:
        """Applies every stack. Raises OperationError if one fails."""
        stacks = [stack for stack in STACKS if self._stack(stack).exists()]
        carry_out(Rollout(self.name, stacks, self._workspace, self._terraform()), console)

    def destroy(self, console: Console) -> None:
        """Destroys what was begun, and forgets what is destroyed. Raises OperationError, with what
        is left and how to destroy it, if that fails or is interrupted."""
        begun = self._begun()
        rollout = Rollout(self.name, begun, self._workspace, self._terraform(), destroy=True)
        why = ""
        try:
            if begun:
                carry_out(rollout, console)
        except OperationError as error:
            why = str(error)
        except KeyboardInterrupt:
            why = "interrupted"
        for stack in rollout.stacks.values():
            if stack.phase == "done":
                shutil.rmtree(self._stack(stack.name))
        if left := self._begun():
            raise OperationError(
                f"{why}\nNot destroyed, and still costing money: {', '.join(left)}, of which"
                f" {self.folder} has the stacks and states. Destroy them with: failover drill"
                f" --live --ephemeral {self.name} --end"
            )
        shutil.rmtree(self.folder)

    def _stack(self, stack: str) -> Path:
        return self._workspace.stack(self.name, stack)

    def _begun(self) -> list[str]:
        """The stacks that Terraform may have applied: it locks the provider's version once it has
        reached the stack's state."""
        return [stack for stack in STACKS if (self._stack(stack) / LOCK_FILE).exists()]
