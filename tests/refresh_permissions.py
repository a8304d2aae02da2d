"""Rewrites docs/permissions from a deployment of the mission: `make permissions`.

`python -m tests.refresh_permissions ENVIRONMENT FOLDER` writes those of another environment. It
needs Terraform and a few minutes: a role that may do anything applies, plans again, changes and
destroys each stack, and what each stack needed becomes its policies.
"""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bindings

bindings.prepare()

from emitted import stack_file  # noqa: E402
from environments import Environment, RegionalSettings, Table, load_environment  # noqa: E402
from sandbox.embedded_aws import EmbeddedAws, find, stop  # noqa: E402
from sandbox.local import commands  # noqa: E402
from sandbox.local.workspace import Workspace  # noqa: E402
from sandbox.permissions.deployers import (  # noqa: E402
    EVERYTHING,
    as_deployer,
    role_name,
)
from sandbox.permissions.documents import documents  # noqa: E402
from sandbox.permissions.scopes import Needed  # noqa: E402
from sandbox.terraform import find_terraform, terraform_environment  # noqa: E402
from terminal.console import console  # noqa: E402
from tests.synthesis import EXAMPLES, synthesise  # noqa: E402

FOLDER = Path(__file__).parent.parent / "docs" / "permissions"
EXAMPLE = EXAMPLES / "mission.toml"
CHANGED = "changed"
QUIET = ("-auto-approve", "-input=false", "-no-color")

Run = Callable[..., subprocess.CompletedProcess[str]]


def changed(environment: Environment) -> Environment:
    """Everything that operators change on a running system, at once, with protection turned off."""
    firewall = environment.firewall.model_copy(update={"rate_limit": 3000, "common": "count"})
    alarms = environment.alarms.model_copy(
        update={"emails": ["ops@example.org"], "error_percent": 7}
    )
    threshold = environment.health_check.failure_threshold + 1
    return environment.model_copy(
        update={
            "primary": _region_changed(environment.primary),
            "dr": _region_changed(environment.dr),
            "health_check": environment.health_check.model_copy(
                update={"failure_threshold": threshold}
            ),
            "firewall": firewall,
            "alarms": alarms,
            "logs": environment.logs.model_copy(update={"days": 30}),
            "data": environment.data.model_copy(
                update={"tables": [_table_changed(one) for one in environment.data.tables]}
            ),
            "tags": {**environment.tags, "Changed": "yes"},
            "deletion_protection": False,
        }
    )


def _region_changed(settings: RegionalSettings) -> RegionalSettings:
    capacity = settings.capacity
    more = {"desired": capacity.desired + 1, "max": capacity.max + 1}
    return settings.model_copy(
        update={
            "page": "<h1>New</h1>",
            "target_cpu_percent": 40,
            "capacity": capacity.model_copy(update=more),
        }
    )


def _table_changed(table: Table) -> Table:
    return table.model_copy(
        update={"max_read_units": 3000, "point_in_time_recovery": False, "time_to_live": None}
    )


def write_changed(environment: Environment, outdir: Path) -> Path:
    """Writes the changed environment's stacks, including changed function code. Returns their
    folder."""
    synthesise(changed(environment), outdir)
    file = stack_file(outdir, "dr")
    stack: dict[str, Any] = json.loads(file.read_text())
    function = stack["resource"]["aws_lambda_function"]["control"]
    function["source_code_hash"] = base64.b64encode(b"another version").decode()
    file.write_text(json.dumps(stack))
    return outdir / "stacks"


def change_and_destroy(run: Run, stacks: Path, names: Sequence[str]) -> None:
    """Applies the changed stacks of these names, then destroys as much as Terraform allows."""
    for stack in names:
        _done(run(stacks / stack, "init", "-input=false", "-no-color"))
        _done(run(stacks / stack, "apply", *QUIET))
    for stack in reversed(names[1:]):
        _done(run(stacks / stack, "destroy", *QUIET))


def _done(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == 0, finished.stdout + finished.stderr


def needed(aws: EmbeddedAws, stack: str) -> set[Needed]:
    """What the stack's deployer has needed so far."""
    return {Needed(*each) for each in aws.needs(role_name(stack))}


def policies(aws: EmbeddedAws, stacks: Path, stack_names: Sequence[str]) -> dict[str, str]:
    """The resulting policies by file name."""
    found: dict[str, str] = {}
    for stack in stack_names:
        emitted = json.loads((stacks / stack / "cdk.tf.json").read_text())
        each = documents(emitted, needed(aws, stack))
        names = [f"{stack}-{number}.json" for number in range(1, len(each) + 1)]
        found |= dict(zip(names if len(each) > 1 else [f"{stack}.json"], each, strict=True))
    return found


def deployed_and_destroyed(choice: str, folder: Path) -> dict[str, str]:
    """The policies of an environment's deployers, from a deployment in this folder."""
    everything = folder / "everything"
    everything.mkdir(parents=True)
    environment = load_environment(choice)
    for stack in environment.stacks:
        (everything / f"{stack}.json").write_text(EVERYTHING)
    workspace = Workspace(folder / "local")
    try:
        for _ in range(2):  # the second time, nothing is left to do
            commands.up(choice, workspace, console(), show=False, permissions=everything)
        aws = find(workspace.folder)
        assert aws is not None
        outdir = workspace.folder / environment.name / CHANGED
        stacks = write_changed(environment, outdir)
        with _runner(aws) as run:
            change_and_destroy(run, stacks, environment.stacks)
        emitted = workspace.outdir(environment.name) / "stacks"
        return policies(aws, emitted, environment.stacks)
    finally:
        stop(workspace.folder)


@contextmanager
def _runner(aws: EmbeddedAws) -> Generator[Run]:
    terraform = find_terraform().path
    with terraform_environment(aws.environ()) as environ:

        def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [terraform, *arguments],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                env={**environ, **as_deployer(aws, folder.name).credentials},
            )

        yield run


def main(choice: str = str(EXAMPLE), to: str = str(FOLDER)) -> None:
    """Rewrites only after everything has succeeded."""
    with tempfile.TemporaryDirectory() as folder:
        found = deployed_and_destroyed(choice, Path(folder))
    Path(to).mkdir(exist_ok=True)
    for old in Path(to).glob("*.json"):
        old.unlink()
    for name, text in found.items():
        (Path(to) / name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
