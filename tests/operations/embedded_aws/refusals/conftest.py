"""An embedded AWS that is asked what it should refuse."""

import re
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from operations.embedded_aws.calls import Call, Refusal
from operations.embedded_aws.process import ACCOUNT
from operations.embedded_aws.refusals import RULES

REGION = "us-east-1"


class Asked:
    def __init__(self) -> None:
        pass

    def __call__(
        self, service: str, operation: str, *, region: str = REGION, **parameters: Any
    ) -> Any:
        call = Call(service, operation, region, ACCOUNT, "test", parameters)
        for rule in RULES.get((service, operation), ()):
            rule(call)
        client = boto3.client(
            service,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(parameter_validation=False),
        )
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation).lower()
        return getattr(client, name)(**parameters)

    def refused(
        self, service: str, operation: str, message: str, *, region: str = REGION, **parameters: Any
    ) -> str:
        """The error's code, where the request is refused with such a message."""
        with pytest.raises((Refusal, ClientError)) as caught:
            self(service, operation, region=region, **parameters)
        error = caught.value
        assert re.search(message, str(error)), str(error)
        return error.code if isinstance(error, Refusal) else error.response["Error"]["Code"]


@pytest.fixture(scope="module")
def asked():
    from moto import mock_aws
    from operations.embedded_aws import moto_fixes

    moto_fixes.apply()

    with mock_aws():
        yield Asked()
