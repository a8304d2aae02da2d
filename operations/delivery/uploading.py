"""What `failover releases upload` does: a release arrives in both regions, whose pipelines, where
there are any, then deliver it."""

from rich.console import Console

from environments import ROLE_NAMES, ROLES, Environment, Role
from operations.delivery.bucket import ReleasesBucket
from operations.delivery.commands import check_kind
from operations.delivery.sources import digest_of, put
from terminal.errors import OperationError


def upload(release: str, environment: Environment, only: Role | None, console: Console) -> None:
    """Puts a release where it is missing: an archive, or the digest of one that a region has.

    only: one region alone; None for both.

    Raises ReleaseError for an archive that breaks the contract, and OperationError if a region does
    not have it in the end; a dead one does not hold up the other.
    """
    check_kind(environment)
    digest = digest_of(release, environment)
    console.print(f"release {digest}")
    buckets = [ReleasesBucket.of(environment, role) for role in ROLES]
    trouble: list[str] = []
    for role, bucket in zip(ROLES, buckets, strict=True):
        if only not in (None, role):
            continue
        name = f"{ROLE_NAMES[role]}, {bucket.region}"
        try:
            arrived = put(release, digest, [bucket], sources=buckets)
        except OperationError as error:
            trouble.append(str(error))
            continue
        console.print(f"{name}: {'has arrived' if arrived else 'was there, so nothing starts'}")
    if trouble:
        raise OperationError(
            "\n  ".join(["not uploaded everywhere:", *trouble])
            + "\n  Once the region answers, run the same command again."
        )
