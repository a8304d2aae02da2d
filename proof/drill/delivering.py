"""Delivers releases to the embedded AWS with the code of `failover deploy`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from environments import ROLES, Environment
from operations.aws import Connect
from operations.delivery import sources
from operations.delivery.deployment import Deployment, Plan, Show
from operations.delivery.region import RegionalDelivery, delivery_to
from releases import pack
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.instances.running import unpack

BY = "the drill's operator"
# Real seconds: without progress at the start, between two looks, and for the embedded AWS to try
# what an instance would start.
PATIENCE, POLL, BOOT = 60, 0.2, 30


def connected(aws: EmbeddedAws) -> Connect:
    """Clients of an embedded AWS, each made only once."""

    made: dict[tuple[str, str], Any] = {}

    def connect(service: str, region: str, **_: Any) -> Any:
        if (service, region) not in made:
            made[service, region] = aws.client(service, region)
        return made[service, region]

    return connect


def deliver_first(
    environment: Environment, aws: EmbeddedAws, archive: Path, digest: str, show: Show
) -> None:
    """Brings both regions to a release, whatever they have, before the drill's clock starts. Raises
    OperationError if it does not serve there."""
    aws.limit_boots(BOOT)
    aws.delay_instances(0)  # a drill that was killed may have left a delay
    connect = connected(aws)
    regions = [delivery_to(environment, role, digest, PATIENCE, connect=connect) for role in ROLES]
    plan = Plan(order="together", bake=0, by=BY, why="a drill", poll=POLL)
    put(archive, digest, regions)
    Deployment(regions, plan, show).run()


def put(archive: Path, digest: str, regions: Sequence[RegionalDelivery]) -> None:
    """Reads the regions, and puts the archive where it is missing."""
    for one in regions:
        one.read()
    buckets = [one.bucket for one in regions]
    sources.put(str(archive), digest, buckets, sources=buckets)


def repack(archive: Path, folder: Path, name: str) -> Path:
    """The same application with one more file, so that it is another release."""
    source = folder / name
    unpack(archive, source)
    (source / f"failover-drill-{name}").write_text(f"{name}\n")
    made = folder / f"{name}.tar.gz"
    pack(source, made)
    return made
