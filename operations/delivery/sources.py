"""Where a release comes from: an archive, or what a region has already."""

import hashlib
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from environments import ROLES, Environment
from environments.instance_types import Architecture, architecture
from operations.delivery.region import RegionalDelivery
from releases import ReleaseError, is_digest, read_release
from terminal.errors import OperationError


def digest_of(release: str, environment: Environment) -> str:
    """The digest that an argument of `failover deploy` means. Raises ReleaseError for an archive
    that breaks the contract, or that some region's instances could not run."""
    if is_digest(release):
        return release
    file = Path(release)
    if not file.is_file():
        raise ReleaseError(
            f"{release} is neither a file nor a release's digest, which has 64 of 0-9 and a-f"
        )
    digests = {read_release(file, kind).digest for kind in _architectures(environment)}
    return digests.pop()


def _architectures(environment: Environment) -> set[Architecture]:
    return {architecture(environment.regional(role).instance_type) for role in ROLES}


def put_everywhere(release: str, digest: str, regions: Sequence[RegionalDelivery]) -> None:
    """Puts the archive where it is missing. Raises OperationError where that fails; nothing that
    instances see has changed then."""
    missing = [one for one in regions if not one.bucket.has(digest)]
    if not missing:
        return
    if not is_digest(release):
        for one in missing:
            one.bucket.upload(Path(release), digest)
        return
    having = [one for one in regions if one not in missing]
    if not having:
        where = ", ".join(f"s3://{one.bucket.bucket}" for one in regions)
        raise OperationError(f"no release {digest} is in {where}: give its archive")
    with _fetched(having[0], digest) as file:
        for one in missing:
            one.bucket.upload(file, digest)


@contextmanager
def _fetched(region: RegionalDelivery, digest: str) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="failover-release-") as folder:
        file = Path(folder, "release.tar.gz")
        region.bucket.download(digest, file)
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise OperationError(
                    f"{region.name}: the archive of {digest} has another SHA-256: it is damaged"
                )
        yield file
