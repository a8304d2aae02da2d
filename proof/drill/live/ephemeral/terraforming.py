"""Deploys and destroys a copy with the operator's own Terraform."""

import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from rich.console import Console

from environments import STACKS
from sandbox.local.display import carry_out
from sandbox.local.rollout import Rollout
from sandbox.local.workspace import Workspace
from sandbox.terraform import Terraform
from terminal.errors import OperationError

FOLDER = Path(".ephemeral")
NAME = re.compile("[a-z][a-z0-9-]*")
LOCK_FILE = ".terraform.lock.hcl"


class Copy:
    """A copy's stacks in a folder, which is kept until they are destroyed: the state of `bootstrap`
    is there.

    terraform: makes a Terraform; one that was interrupted runs no more. Raises OperationError for a
    name that a deployment cannot have.
    """

    def __init__(
        self, name: str, terraform: Callable[[], Terraform], folder: Path = FOLDER
    ) -> None:
        if not NAME.fullmatch(name):  # it becomes a folder, which is removed in the end
            raise OperationError(f"{name!r} is no name: a letter, then letters, digits and hyphens")
        self.name = name
        self.outdir = Workspace(folder).outdir(name)
        self._workspace = Workspace(folder)
        self._terraform = terraform

    @property
    def folder(self) -> Path:
        """The copy's own."""
        return self.outdir.parent

    def deploy(self, console: Console, only: Collection[str] = STACKS) -> None:
        """Applies these stacks, of those that there are. Raises OperationError if one fails."""
        stacks = [stack for stack in STACKS if stack in only and self._stack(stack).exists()]
        carry_out(Rollout(self.name, stacks, self._workspace, self._terraform()), console)

    def destroy(self, console: Console) -> None:
        """Destroys what was begun, and forgets what is destroyed. Raises OperationError, with what
        is left and how to destroy it, if that fails or is interrupted."""
        begun = self._begun()
        why = self._destroy(begun, console) if begun else ""
        if left := self._begun():
            raise OperationError(
                f"{why}\nNot destroyed, and still costing money: {', '.join(left)}, of which"
                f" {self.folder} has the stacks and states. Destroy them with: failover drill"
                f" --live --ephemeral {self.name} --end"
            )
        shutil.rmtree(self.folder)

    def _destroy(self, stacks: list[str], console: Console) -> str:
        """Returns why that failed; empty if it did not."""
        rollout = Rollout(self.name, stacks, self._workspace, self._terraform(), destroy=True)
        try:
            carry_out(rollout, console)
        except OperationError as error:
            return str(error)
        except KeyboardInterrupt:
            return "interrupted"
        finally:
            for stack in rollout.stacks.values():
                if stack.phase == "done":
                    shutil.rmtree(self._stack(stack.name))
        return ""

    def _stack(self, stack: str) -> Path:
        return self._workspace.stack(self.name, stack)

    def _begun(self) -> list[str]:
        """The stacks that Terraform may have applied: it locks the provider's version once it has
        reached the stack's state."""
        return [stack for stack in STACKS if (self._stack(stack) / LOCK_FILE).exists()]
