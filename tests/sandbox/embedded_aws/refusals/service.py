"""One service of an embedded AWS, asked what it should refuse and what not."""

from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.client import KEYS

REGION = "us-east-1"
# Whatever boto3 thinks of a request, the embedded AWS gets it, once.
AS_IT_IS = Config(parameter_validation=False, retries={"total_max_attempts": 1}, proxies={})


class Service:
    """One service of one region, asked by hand."""

    def __init__(self, aws: EmbeddedAws, service: str, region: str = REGION) -> None:
        keys = list(KEYS.values())
        self.client: Any = boto3.Session(*keys, region_name=region).client(  # pyright: ignore[reportUnknownMemberType, reportCallIssue]
            service,  # pyright: ignore[reportArgumentType]
            endpoint_url=aws.url,
            config=AS_IT_IS,
        )

    def ok(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """A call that passes."""
        return getattr(self.client, operation)(**parameters)

    def refused(self, operation: str, code: str, *said: str, **parameters: Any) -> None:
        """A call that is refused by this code, in a message that has each of these."""
        with pytest.raises(ClientError) as caught:
            getattr(self.client, operation)(**parameters)
        error = caught.value.response["Error"]
        assert error["Code"] == code, error
        for one in said:
            assert one in error["Message"], error


def unique() -> str:
    """A name that nothing else has."""
    return f"x{uuid4().hex[:20]}"
