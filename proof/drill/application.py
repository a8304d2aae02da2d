"""Which applications the drill can run."""

from pathlib import Path

from environments import ROLES, Application, Environment
from environments.instance_types import architecture
from proof.drill.release_server import check_tools
from releases import read_release
from terminal.errors import OperationError


def check_application(environment: Environment, archive: Path | None) -> str | None:
    """The digest of the release to run; None where instances serve a page.

    archive: what the operator gave. Raises OperationError for what the drill cannot run here.
    """
    application = environment.application
    match application.kind:
        case "image":
            raise OperationError(
                'application.kind is "image": the drill cannot run an image\'s application on'
                " this machine"
            )
        case "release" if archive is None:
            raise OperationError(
                'application.kind is "release": give the archive to run with --release ARCHIVE'
            )
        case "page" if archive is not None:
            raise OperationError(
                '--release is for application.kind "release"; the instances of'
                f" {environment.name} serve a page"
            )
        case "page" if asked := [path for path in _asked(application) if path != "/"]:
            raise OperationError(
                "the drill serves the page alone and runs no setup: it has no"
                f" {asked[0]} for health checks"
            )
        case _:
            return None if archive is None else _digest(environment, archive)


def _asked(application: Application) -> tuple[str, ...]:
    """By Route 53 and by the load balancers."""
    return application.health_check_path, application.instance_path


def _digest(environment: Environment, archive: Path) -> str:
    check_tools()
    instances = [environment.regional(role).instance_type for role in ROLES]
    try:
        return {read_release(archive, architecture(one)).digest for one in instances}.pop()
    except OSError as error:
        raise OperationError(f"{archive} cannot be read: {error.strerror}") from None
