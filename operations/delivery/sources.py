"""Where a release comes from: an archive, or what a region has already."""

import hashlib
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from environments import Environment
from operations.delivery.bucket import ReleasesBucket
from operations.releases.commands import processors
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
    digests = {read_release(file, kind).digest for kind in processors(environment)}
    return digests.pop()


def put(
    release: str,
    digest: str,
    buckets: Sequence[ReleasesBucket],
    *,
    sources: Sequence[ReleasesBucket],
) -> bool:
    """Puts the archive where it is missing, and returns whether it was. sources: where the archive
    of a digest may be fetched from.

    Raises OperationError where that fails; nothing that instances see has changed then.
    """
    missing = [one for one in buckets if not one.has(digest)]
    if not missing:
        return False
    if not is_digest(release):
        for one in missing:
            one.upload(Path(release), digest)
        return True
    source = next((one for one in sources if _has(one, digest)), None)
    if source is None:
        where = ", ".join(f"s3://{one.bucket}" for one in sources)
        raise OperationError(f"no release {digest} is in {where}: give its archive")
    with _fetched(source, digest) as file:
        for one in missing:
            one.upload(file, digest)
    return True


def _has(bucket: ReleasesBucket, digest: str) -> bool:
    """Also where it does not answer: then it is no source."""
    try:
        return bucket.has(digest)
    except OperationError:
        return False


@contextmanager
def _fetched(source: ReleasesBucket, digest: str) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="failover-release-") as folder:
        file = Path(folder, "release.tar.gz")
        source.download(digest, file)
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise OperationError(
                    f"{source.region}: the archive of {digest} has another SHA-256: it is damaged"
                )
        yield file
