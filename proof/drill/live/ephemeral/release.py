"""The release that a throw-away copy serves: the one that the deployment's users get."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from environments import ROLES, Environment
from operations.aws import Connect
from operations.delivery.bucket import ReleasesBucket
from operations.delivery.commands import Options, deploy
from operations.delivery.sources import fetched
from terminal.errors import OperationError


@contextmanager
def current_release(environment: Environment, connect: Connect) -> Generator[Path | None]:
    """The archive of the release that the primary has, or the standby if the primary does not say;
    None for an application without releases. Raises OperationError if neither has one."""
    if environment.application.kind != "release":
        yield None
        return
    bucket, digest = _current(environment, connect)
    with fetched(bucket, digest) as archive:
        yield archive


def _current(environment: Environment, connect: Connect) -> tuple[ReleasesBucket, str]:
    troubles: list[str] = []
    for role in ROLES:
        bucket = ReleasesBucket.of(environment, role, connect)
        try:
            current = bucket.current()
        except OperationError as error:
            troubles.append(str(error))
            continue
        if current is not None:
            return bucket, current.pointer.release
        troubles.append(f"{bucket.region}: no release has been delivered yet")
    raise OperationError("\n  ".join(["a copy would have no release to serve:", *troubles]))


def deliver_release(archive: Path, copy: Environment, console: Console) -> None:
    """Brings the release to both regions of the copy. Nobody watches its alarms: the drill judges
    it. Raises OperationError if the release does not serve there."""
    deploy(str(archive), copy, Options(bake=0, why=f"the throw-away copy {copy.name}"), console)
