"""Where a release comes from: an archive, or what a region has already."""

import hashlib
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from environments import ROLES, Environment
from operations.delivery.bucket import ReleasesBucket
from operations.releases.commands import processors
from releases import ReleaseError, is_digest, is_short, read_release
from terminal.errors import OperationError


def is_archive(release: str) -> bool:
    """Whether an argument of `failover deploy` names a file, and no release that is there."""
    return not is_digest(release) and Path(release).is_file()


def digest_of(release: str, environment: Environment) -> str:
    """The digest that an argument of `failover deploy` means. Raises ReleaseError for an archive
    that breaks the contract, or that some region's instances could not run, and for what is no
    release."""
    if is_digest(release):
        return release
    if is_archive(release):
        digests = {read_release(Path(release), kind).digest for kind in processors(environment)}
        return digests.pop()
    if is_short(release):
        return _only_one(release, environment)
    raise ReleaseError(
        f"{release} is neither a file nor a release's digest, which has 64 of 0-9 and a-f"
    )


def _only_one(short: str, environment: Environment) -> str:
    """The digest of the only release that begins like this, in whichever region answers."""
    found: set[str] = set()
    silent: list[OperationError] = []
    for role in ROLES:
        try:
            found |= ReleasesBucket.of(environment, role).beginning_with(short)
        except OperationError as error:
            silent.append(error)
    if len(found) == 1:
        return found.pop()
    if len(found) > 1:
        raise ReleaseError("\n  ".join([f"{short} may be any of these releases:", *sorted(found)]))
    if silent:
        raise silent[0]
    raise ReleaseError(f"{short} is neither a file nor the beginning of a release's digest")


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
    if is_archive(release):
        for one in missing:
            one.upload(Path(release), digest)
        return True
    source = next((one for one in sources if _has(one, digest)), None)
    if source is None:
        where = ", ".join(f"s3://{one.bucket}" for one in sources)
        raise OperationError(f"no release {digest} is in {where}: give its archive")
    with fetched(source, digest) as file:
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
def fetched(source: ReleasesBucket, digest: str) -> Generator[Path]:
    """A release's archive, in a temporary file. Raises OperationError if it cannot be fetched, or
    is damaged."""
    with tempfile.TemporaryDirectory(prefix="failover-release-") as folder:
        file = Path(folder, "release.tar.gz")
        source.download(digest, file)
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise OperationError(
                    f"{source.region}: the archive of {digest} has another SHA-256: it is damaged"
                )
        yield file
