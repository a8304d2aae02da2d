"""The commands of `failover local`."""

import os
import shlex
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from environments import Environment, load_environment
from sandbox import embedded_aws
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.account import OPT_IN_REGIONS
from sandbox.local.display import carry_out
from sandbox.local.outside_world import create_outside_world
from sandbox.local.overview import overview
from sandbox.local.quotas import grant
from sandbox.local.rollout import Rollout
from sandbox.local.workspace import Workspace
from sandbox.permissions.deployers import (
    as_deployer,
    create_deployers,
    policies_in,
)
from sandbox.terraform import Terraform, find_terraform, plugin_mirror, terraform_environment
from terminal.as_json import print_json
from terminal.errors import OperationError

# These would point Terraform at another folder or state.
ELSEWHERE = ("TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS")
# fish has no `unset`. Its universal variables are left alone, as every other shell shares them.
# With AWS_PROFILE among them, AWS clients stop because they cannot find that profile.
UNSET = "command -v unset >/dev/null && unset {name} || set -eg {name}"
MAIN = Path(__file__).parent.parent.parent / "main.py"


def up(
    choice: str,
    workspace: Workspace,
    console: Console,
    *,
    deploy: bool = True,
    show: bool = True,
    new_account: bool = False,
    permissions: Path | None = None,
) -> None:
    """Starts the embedded AWS, unless it runs, and applies the environment's stacks to it.

    choice: an environment's name or file.
    deploy: False leaves applying to the user.
    show: whether to show the result.
    new_account: keeps a new account's quotas, with its opt-in regions disabled; otherwise the
    account gets what the environment needs.
    permissions: a folder with policies for each stack's deployer, which then applies the stack;
    None applies as an administrator.

    If anything fails or is interrupted, stops the embedded AWS again if this call started it.
    Raises EnvironmentFileError and OperationError.
    """
    environment = load_environment(choice)
    executable = find_terraform() if deploy else None
    policies = policies_in(permissions, environment.stacks) if permissions else {}
    with workspace.held(), _embedded_aws(workspace, environment) as aws:
        if new_account:
            for region in OPT_IN_REGIONS:
                aws.disable(region)
        else:
            grant(environment, aws, console)
        create_outside_world(environment, aws)
        create_deployers(aws, policies)
        if executable is not None:
            _synthesise(choice, workspace.outdir(environment.name))
            deployers = {stack: as_deployer(aws, stack).variables for stack in policies}
            with _terraform_environment(aws, workspace) as environ:
                terraform = Terraform(executable.path, environ)
                carry_out(_rollout(environment, workspace, terraform, deployers), console)
        if show:
            _show(environment, aws, console)
        if environment.application.kind == "release":
            console.print("its instances run what `failover deploy ARCHIVE` delivers")


def _rollout(
    environment: Environment,
    workspace: Workspace,
    terraform: Terraform,
    deployers: Mapping[str, Mapping[str, str]],
) -> Rollout:
    return Rollout(
        environment.name,
        environment.stacks,
        workspace,
        terraform,
        deployers,
        in_turn=environment.data.kind is not None,
    )


def status(choice: str, workspace: Workspace, console: Console) -> None:
    """Shows what the environment has in the embedded AWS. Raises OperationError if none runs."""
    environment = load_environment(choice)
    _show(environment, running(workspace), console)


def mail(workspace: Workspace, console: Console, *, as_json: bool = False) -> None:
    """Shows what alarms have mailed. Raises OperationError if no embedded AWS runs."""
    mails = running(workspace).mail
    if as_json:
        print_json(mails)
    elif not mails:
        console.print("no mail yet: no alarm has gone off")
    for one in [] if as_json else mails:
        said = f"To: {one['to']}\nSubject: {one['subject']}\n\n{one['text']}"
        console.print(said, highlight=False, markup=False, soft_wrap=True)


def down(workspace: Workspace, console: Console) -> None:
    """Stops the embedded AWS and removes its working files."""
    if not workspace.folder.exists():
        console.print(f"nothing to stop: there is no {workspace.folder}")
        return
    with workspace.held():
        stopped = embedded_aws.stop(workspace.folder)
        workspace.remove()
    console.print("the embedded AWS is stopped" if stopped else "no embedded AWS was running")


def running(workspace: Workspace) -> EmbeddedAws:
    """The running embedded AWS. Raises OperationError if there is none."""
    aws = embedded_aws.find(workspace.folder)
    if aws is None:
        raise OperationError(
            f"no embedded AWS runs in {workspace.folder}: `failover local up` starts one"
        )
    return aws


def shell_variables(aws: EmbeddedAws, environ: Mapping[str, str] = os.environ) -> str:
    """Shell commands for sh, bash, zsh and fish that point Terraform, cdktf and AWS clients at the
    embedded AWS."""
    wanted = {**aws.variables, "CHECKPOINT_DISABLE": "1"}
    others = sorted(name for name in environ if name.startswith("AWS_") and name not in wanted)
    unset = [UNSET.format(name=name) for name in others]
    export = [f"export {name}={shlex.quote(value)}" for name, value in wanted.items()]
    return "\n".join([*unset, *export])


@contextmanager
def _embedded_aws(workspace: Workspace, environment: Environment) -> Generator[EmbeddedAws]:
    """The running one, or else a new one, which keeps running only if the `with` block succeeds. A
    new one simulates the first account that the environment may be deployed to."""
    there = embedded_aws.find(workspace.folder)
    if there is not None:
        yield there
        return
    workspace.clear()
    account = next(iter(environment.allowed_account_ids), embedded_aws.ACCOUNT)
    with embedded_aws.started(workspace.folder, account) as new:
        yield new.aws
        new.stay()


@contextmanager
def _terraform_environment(aws: EmbeddedAws, workspace: Workspace) -> Generator[dict[str, str]]:
    mine = {name: value for name, value in aws.environ().items() if not name.startswith(ELSEWHERE)}
    with terraform_environment(mine) as environ:
        if plugin_mirror() is None:  # all stacks share one download
            workspace.providers.mkdir(exist_ok=True)
            environ.setdefault("TF_PLUGIN_CACHE_DIR", str(workspace.providers.resolve()))
            environ["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "1"
        yield environ


def _synthesise(choice: str, outdir: Path) -> None:
    """Runs `python main.py` as a user would, so that the same output is applied."""
    finished = subprocess.run(
        [sys.executable, str(MAIN)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ENVIRONMENT": choice, "CDKTF_OUTDIR": str(outdir)},
    )
    if finished.returncode != 0:
        raise OperationError(f"the stacks cannot be synthesised:\n{finished.stderr.strip()}")


def _show(environment: Environment, aws: EmbeddedAws, console: Console) -> None:
    console.print(overview(environment, aws))
    lost = ", ".join(aws.lost)
    console.print(f"embedded AWS: {aws.url}" + (f", lost regions: {lost}" if lost else ""))
