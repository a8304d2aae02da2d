"""`failover drill --live --ephemeral NAME`: deploy a copy, drill it, destroy it, and say what it
cost."""

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from environments import STACKS, Environment, load_environment
from environments.writing import written
from operations.aws import Connect, client
from operations.preflight.account import Account
from operations.preflight.commands import preflight
from proof.drill.evidence import EVIDENCE, PAGE
from proof.drill.live.approval import Confirm, approve
from proof.drill.live.drill import check_settings
from proof.drill.live.ephemeral.copy import copy_of
from proof.drill.live.ephemeral.cost import usd_an_hour
from proof.drill.live.ephemeral.release import current_release, deliver_release
from proof.drill.live.ephemeral.stacks import emit
from proof.drill.live.ephemeral.terraforming import FOLDER, Copy
from sandbox.terraform import Terraform, find_terraform, terraform_environment
from terminal.errors import OperationError
from terminal.files import unwritable

HOUR = 3600
ENVIRONMENT_FILE = "environment.toml"

# Nothing may judge the regions' health before both have a release: if the standby had it first, the
# failover control would set the switch.
USERS_NAMES = ("global",)
BEFORE_A_RELEASE = tuple(stack for stack in STACKS if stack not in USERS_NAMES)


@dataclass(frozen=True)
class EphemeralSettings:
    """environment: a name or file, of what to copy. name: the copy's. output: the folder for the
    evidence. folder: for the copy's stacks and states."""

    environment: str
    name: str
    output: Path
    folder: Path = FOLDER


Drilled = Callable[[Environment], None]
"""Drills a deployment. Raises OperationError."""
Checked = Callable[[Environment, Console], None]
"""Raises OperationError unless the account has room for a deployment."""
Delivered = Callable[[Path, Environment, Console], None]
"""Brings an archive to a deployment. Raises OperationError."""


def check_account(environment: Environment, console: Console) -> None:
    """`failover preflight` for the copy, which needs its quotas beside the original's."""
    preflight(Account(environment), console)


def run(
    settings: EphemeralSettings,
    console: Console,
    *,
    confirm: Confirm,
    drill: Drilled,
    check: Checked = check_account,
    deliver: Delivered = deliver_release,
    connect: Connect = client,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Destroys the copy whatever happens. Raises OperationError, and EnvironmentFileError."""
    original = load_environment(settings.environment)
    environment = copy_of(original, settings.name)
    hourly = usd_an_hour(environment)
    with terraforming(settings, environ) as copy:
        refuse_unless_possible(copy, environment, settings)
        check(environment, console)
        with current_release(original, connect) as archive:
            approve(environment, connect, confirm, consequences(settings, environment, hourly))
            began = time.monotonic()
            prepare(environment, copy)
            try:
                if archive is not None:
                    copy.deploy(console, BEFORE_A_RELEASE)
                    deliver(archive, environment, console)
                copy.deploy(console, STACKS if archive is None else USERS_NAMES)
                drill(environment)
            except BaseException as error:
                destroy(copy, console, after=error)
                raise
            destroy(copy, console)
    hours = (time.monotonic() - began) / HOUR
    console.print(
        f"{environment.dns.domain} existed for {hours * 60:.0f} minutes, at {hourly:.2f} USD an"
        f" hour: about {hours * hourly:.2f} USD"
    )


def consequences(settings: EphemeralSettings, environment: Environment, hourly: float) -> str:
    """What the operator approves. hourly: USD."""
    return (
        f"A copy of {settings.environment} is deployed to {environment.dns.domain}, drilled and"
        f" destroyed. It takes about an hour, and costs about {hourly:.2f} USD an hour without"
        " traffic."
    )


def refuse_unless_possible(
    copy: Copy, environment: Environment, settings: EphemeralSettings
) -> None:
    """Raises OperationError if an earlier drill has left something, if AWS would give the primary
    back too soon, or if the evidence cannot be written."""
    if copy.folder.exists():
        raise OperationError(
            f"{copy.folder} has what an earlier drill deployed; destroy it with: failover drill"
            f" --live --ephemeral {copy.name} --end"
        )
    check_settings(environment)
    problem = unwritable(settings.output / name for name in (EVIDENCE, PAGE))
    if problem is not None:
        raise OperationError(problem)


def end(
    settings: EphemeralSettings, console: Console, environ: Mapping[str, str] = os.environ
) -> None:
    """Destroys what an earlier run left. Raises OperationError."""
    with terraforming(settings, environ) as copy:
        if not copy.folder.exists():
            raise OperationError(f"there is no {copy.folder}: nothing is left of {copy.name}")
        copy.destroy(console)
    console.print(f"nothing is left of {copy.name}")


@contextmanager
def terraforming(settings: EphemeralSettings, environ: Mapping[str, str]) -> Generator[Copy]:
    """The copy, with the operator's own Terraform. Raises OperationError without one."""
    executable = find_terraform()
    with terraform_environment(environ) as variables:
        yield Copy(settings.name, lambda: Terraform(executable.path, variables), settings.folder)


def prepare(environment: Environment, copy: Copy) -> None:
    """Writes the copy's stacks, and its environment file, which other commands take."""
    emit(environment, copy.outdir)
    (copy.folder / ENVIRONMENT_FILE).write_text(written(environment), encoding="utf-8")


def destroy(copy: Copy, console: Console, after: BaseException | None = None) -> None:
    """Raises OperationError, with what went wrong before, if anything is left."""
    if isinstance(after, OperationError):
        console.print(f"{after}\n")
    console.print(f"destroying {copy.name} ...")
    try:
        copy.destroy(console)
    except OperationError as error:
        before = f"\nBefore that: {after}" if isinstance(after, OperationError) else ""
        raise OperationError(f"{error}{before}") from None
