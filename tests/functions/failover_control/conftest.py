"""An in-process AWS, and a new deployment in it for each test."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.failover_control.routing_control import CLUSTER_TIMEOUTS, RoutingControlSwitch
from sandbox.embedded_aws.client import NOTHING_OF_THE_USERS
from tests.arc import ARN, ENDPOINTS, Cluster
from tests.conftest import Synthesised
from tests.functions.failover_control.role import FunctionsRole, functions_role
from tests.functions.failover_control.world import REGION, World, client_of_a_region, deployed


@pytest.fixture(scope="package")
def aws() -> Iterator[None]:
    """One for all of these tests, as moto is slow to start. It reads none of the user's settings,
    so nothing can reach a real account."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("AWS_"):
                patch.delenv(name)
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        for name, value in {**keys, **NOTHING_OF_THE_USERS, "AWS_DEFAULT_REGION": REGION}.items():
            patch.setenv(name, value)
        with mock_aws():
            patch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())
            yield


@pytest.fixture(scope="session")
def mission_role(
    synthesised_by_name: Callable[[str], Synthesised],
) -> Callable[[World], FunctionsRole]:
    """Makes the role that the mission's stack gives the function, for a deployment in moto."""

    def role(world: World) -> FunctionsRole:
        buckets = [place.bucket for place in world.places]
        mission = synthesised_by_name("mission")
        return functions_role(mission, buckets=buckets, group=world.name, region=REGION)

    return role


@pytest.fixture
def world(aws: None, mission_role: Callable[[World], FunctionsRole]) -> Iterator[World]:  # noqa: ARG001
    """The function acts under its role, and lacks no permission."""
    with deployed() as one:
        one.role = role = mission_role(one)
        yield one
        assert not role.refused


@pytest.fixture
def cluster(world: World) -> Iterator[Cluster]:
    """The function and an operator share the switch; the operator may do more, here everything."""
    world.role = None
    with Cluster().answering() as one:
        yield one


@pytest.fixture
def switch(world: World, cluster: Cluster) -> RoutingControlSwitch:
    """It tries the endpoints in order, and AWS may refuse it access to the bucket."""
    # A different config makes a new client: the world's are never refused.
    s3: Any = client_of_a_region("s3", config=CLUSTER_TIMEOUTS)
    return RoutingControlSwitch(
        cluster.client_of, s3, bucket=world.name, arn=ARN, endpoints=[*ENDPOINTS.items()]
    )
