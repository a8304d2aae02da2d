"""An account for these tests, and for each test an environment below its own hosted zone."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from environments import Environment
from modules.quotas import CONCURRENCY, ELASTIC_IPS, VCPUS, VPCS
from sandbox.embedded_aws import EmbeddedAws
from tests.operations.preflight.checking import OPT_IN, with_dns
from tests.synthesis import example

PLENTY = 100


@pytest.fixture(autouse=True)
def plenty(aws: EmbeddedAws) -> Iterator[None]:
    """Restores the quotas and the region that a test takes away."""
    yield
    for quota in (VCPUS, ELASTIC_IPS, VPCS, CONCURRENCY):
        aws.allow(quota.code, PLENTY)
    aws.enable(OPT_IN)


@pytest.fixture
def environment(aws: EmbeddedAws) -> Environment:
    """The mission, below the test's own hosted zone."""
    zone = f"{uuid4().hex[:12]}.example"
    aws.client("route53", "us-east-1").create_hosted_zone(Name=zone, CallerReference=zone)
    return with_dns(example("mission"), zone=zone, domain=zone)
