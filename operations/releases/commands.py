"""What `failover releases` does; docs/application.md says what a release is."""

from pathlib import Path

from rich.console import Console

from environments import ROLES, Environment
from environments.instance_types import Architecture, architecture
from releases import Release, ReleaseError, pack, read_release


def pack_release(environment: Environment, folder: Path, archive: Path, console: Console) -> None:
    """Packs a folder and checks the archive, of which nothing is left if it is no release."""
    try:
        pack(folder, archive)
    except FileNotFoundError as error:
        raise ReleaseError(f"{error.filename} does not exist") from None
    try:
        check_release(environment, archive, console)
    except ReleaseError:
        archive.unlink()
        raise


def check_release(environment: Environment, archive: Path, console: Console) -> Release:
    """Says what a release is, or raises ReleaseError for an archive that is none."""
    kinds = processors(environment)
    try:
        (release, *_) = [read_release(archive, kind) for kind in kinds]
    except (FileNotFoundError, IsADirectoryError) as error:
        raise ReleaseError(f"{archive} cannot be read: {error.strerror}") from None
    console.print(f"{release.digest}  {archive}")
    content = f"{release.members} files and folders of {release.unpacked:,} bytes"
    console.print(f"{release.size:,} bytes; {content}; for {' and '.join(kinds)}")
    return release


def processors(environment: Environment) -> list[Architecture]:
    """Of the instances, which may differ between the regions: a release must run in both."""
    found: list[Architecture] = []
    for role in ROLES:
        one = architecture(environment.regional(role).instance_type)
        if one not in found:
            found.append(one)
    return found
