"""A domain that fails over from one region to another, in an embedded AWS."""

from dataclasses import dataclass

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.route53.deployment import (
    PRIMARY,
    STANDBY,
    Region,
    Zone,
    balancer_alias,
)


@dataclass(frozen=True)
class Deployment:
    """Records as the emitted ones: the domain leads to one region's name, by its health check.

    check: the primary's.
    """

    zone: Zone
    primary: Region
    standby: Region
    check: str


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws) -> Deployment:
    zone = Zone(aws)
    regions = {name: Region(aws, region) for name, region in (("p", PRIMARY), ("s", STANDBY))}
    for name, region in regions.items():
        zone.record(name, "A", **balancer_alias(region))
    check = zone.endpoint_check("p")
    zone.record("", "A", **zone.alias("p"), Failover="PRIMARY", HealthCheckId=check)
    other = zone.endpoint_check("s")
    zone.record("", "A", **zone.alias("s"), Failover="SECONDARY", HealthCheckId=other)
    return Deployment(zone, regions["p"], regions["s"], check)
