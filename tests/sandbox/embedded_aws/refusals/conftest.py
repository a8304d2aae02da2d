"""An embedded AWS, asked for what it should refuse."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.client import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws, cloned
from tests.conftest import ENOUGH_VCPUS
from tests.sandbox.embedded_aws.refusals.network import Network, network
from tests.sandbox.embedded_aws.refusals.service import Service

REGION = "us-east-1"


class Asked:
    """Sends requests to an AWS, whatever boto3 thinks of their parameters."""

    def __init__(self, aws: EmbeddedAws) -> None:
        session = boto3.Session("test", "test")
        config = Config(
            parameter_validation=False,
            proxies={},
            retries={"total_max_attempts": 1},
            disable_request_compression=True,
        )

        @cache
        def client(service: str, region: str) -> Any:
            return session.client(
                service,  # pyright: ignore[reportCallIssue, reportArgumentType]
                region_name=region,
                endpoint_url=aws.url,
                config=config,
            )

        self._client = client

    def __call__(
        self, service: str, operation: str, *, region: str = REGION, **parameters: Any
    ) -> Any:
        return getattr(self._client(service, region), xform_name(operation))(**parameters)

    def refused(
        self, service: str, operation: str, message: str, *, region: str = REGION, **parameters: Any
    ) -> str:
        """Sends a request that must be refused with a message matching `message`. Returns the error
        code."""
        with pytest.raises(ClientError) as caught:
            self(service, operation, region=region, **parameters)
        error = caught.value.response["Error"]
        said = f"{error['Code']}: {error['Message']}"
        assert re.search(message, said), said
        return error["Code"]


@pytest.fixture(scope="session")
def refusing(
    new_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedAws]:
    """One for all of these tests, which create resources under different names."""
    with cloned(new_aws, tmp_path_factory.mktemp("refusing")) as one:
        one.aws.allow_vcpus(ENOUGH_VCPUS)
        yield one.aws


@pytest.fixture(scope="session")
def asked(refusing: EmbeddedAws) -> Asked:
    return Asked(refusing)


@pytest.fixture(scope="module")
def ec2(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "ec2")


@pytest.fixture(scope="module")
def elb(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "elbv2")


@pytest.fixture(scope="module")
def net(refusing: EmbeddedAws) -> Network:
    """One for each module: what a test creates in it stays."""
    return network(refusing)
