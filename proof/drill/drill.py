"""The drill end to end: deploy, play, judge, write the evidence, clean up."""

import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast

from rich.console import Console

from environments import Environment, load_environment
from operations.delivery.display import shown
from proof.drill.application import check_application
from proof.drill.clock import Clock
from proof.drill.data.given import as_deployed
from proof.drill.data.running import plays_data, running
from proof.drill.delivering import connected, deliver_first
from proof.drill.display import following, results
from proof.drill.evidence import EVIDENCE, PAGE, evidence, write
from proof.drill.journal import Journal
from proof.drill.late import followed
from proof.drill.play import Result, play
from proof.drill.reading import read_emitted
from proof.drill.release_software import ReleaseSoftware
from proof.drill.settings import Settings
from proof.drill.software import Software
from proof.drill.stage import Stage
from proof.drill.web_server import find_software
from proof.route53 import UnknownToTheModelError
from sandbox import embedded_aws
from sandbox.local import commands
from sandbox.local.workspace import Workspace
from terminal.errors import OperationError
from terminal.files import unwritable


def run(settings: Settings, console: Console) -> None:
    """Raises OperationError if an expectation is broken or the drill cannot run."""
    environment, workspace = load_environment(settings.environment), Workspace(settings.folder)
    digest = check_application(environment, settings.release)
    problem = unwritable(settings.output / name for name in (EVIDENCE, PAGE))
    if problem is not None:  # fail before the drill takes minutes
        raise OperationError(problem)
    with _deployed(environment, workspace, settings, console):
        try:
            result = _play(environment, workspace, settings, digest, console)
        except (UnknownToTheModelError, ExceptionGroup) as error:
            unknown = _unknown(error)
            if unknown is None:
                raise
            raise OperationError(
                f"the model of Route 53 does not support this: {unknown}"
            ) from None
    if not result.holds:
        raise OperationError(result.broken)


def _unknown(error: BaseException) -> UnknownToTheModelError | None:
    """The first UnknownToTheModelError, by itself or inside an exception group."""
    if isinstance(error, UnknownToTheModelError):
        return error
    among = cast("tuple[BaseException, ...]", getattr(error, "exceptions", ()))
    return next(filter(None, map(_unknown, among)), None)


def _play(
    environment: Environment,
    workspace: Workspace,
    settings: Settings,
    digest: str | None,
    console: Console,
) -> Result:
    stacks = settings.stacks or workspace.outdir(environment.name)
    emitted = read_emitted(stacks, environment)
    aws = commands.running(workspace)
    temporary = tempfile.TemporaryDirectory(prefix="failover-drill-")
    with workspace.held(), temporary as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)  # as root, web servers and releases run as nobody
        journal, data = Journal(Clock(settings.factor)), None
        software: Software = find_software()
        if settings.writes and plays_data(environment):
            connect = connected(aws)
            emitted = as_deployed(emitted, connect)
            made = running(
                environment, emitted, aws, connect, journal=journal, folder=Path(folder) / "data"
            )
            data = stack.enter_context(made)
            console.print(f"users write, to {data.pair.version} in both regions")
        elif environment.data.kind is not None:
            console.print("the database is left out: users only read, and nothing promotes it")
        if settings.release is not None and digest is not None:
            with shown(console) as show:
                deliver_first(environment, aws, settings.release, digest, show)
            software = ReleaseSoftware(
                environment,
                emitted,
                connected(aws),
                digest=digest,
                folder=Path(folder),
                variables=data and data.variables,
            )
        console.print(f"instances run {software.name}, from the emitted user data")
        console.print(f"{settings.factor:g} simulated seconds in a real one")
        stage = Stage(
            environment,
            emitted,
            aws,
            settings=settings,
            software=software,
            folder=Path(folder),
            journal=journal,
            data=data,
        )
        with following(journal, console):
            result = play(stage)
    console.print(results(result))
    for one in followed(result.played, journal):
        console.print(f"users who follow late, {one.sentence}", soft_wrap=True)
    files = write(settings.output, evidence(stage, result, software, stacks))
    console.print(f"written: {', '.join(map(str, files))}")
    return result


@contextmanager
def _deployed(
    environment: Environment, workspace: Workspace, settings: Settings, console: Console
) -> Generator[None]:
    """Deploys the environment to the embedded AWS, and stops that at the end unless it was running
    before."""
    ran = embedded_aws.find(workspace.folder) is not None
    if not settings.deploy:
        commands.running(workspace)
        if not workspace.outdir(environment.name).is_dir():
            raise OperationError(f"{environment.name} is not deployed in {workspace.folder}")
        yield
        return
    commands.up(settings.environment, workspace, console, show=False)
    try:
        yield
    finally:
        if not ran:
            commands.down(workspace, console)
