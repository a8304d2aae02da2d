"""One service of an embedded AWS, with requests that it should refuse or accept."""

import json
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.client import KEYS

REGION = "us-east-1"
# Sends every request exactly once, whatever boto3 thinks of it.
AS_IT_IS = Config(parameter_validation=False, retries={"total_max_attempts": 1}, proxies={})


class Service:
    """One service in one region."""

    def __init__(self, aws: EmbeddedAws, service: str, region: str = REGION) -> None:
        keys = list(KEYS.values())
        self.client: Any = boto3.Session(*keys, region_name=region).client(  # pyright: ignore[reportUnknownMemberType, reportCallIssue]
            service,  # pyright: ignore[reportArgumentType]
            endpoint_url=aws.url,
            config=AS_IT_IS,
        )

    def ok(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Makes a call that must pass."""
        return getattr(self.client, operation)(**parameters)

    def refused(self, operation: str, code: str, *said: str, **parameters: Any) -> None:
        """Makes a call that must be refused with this code and a message containing each of
        `said`."""
        with pytest.raises(ClientError) as caught:
            getattr(self.client, operation)(**parameters)
        error = caught.value.response["Error"]
        assert error["Code"] == code, error
        for one in said:
            assert one in error["Message"], error


def unique() -> str:
    """A unique name."""
    return f"x{uuid4().hex[:20]}"


def role(aws: EmbeddedAws, service: str, *allowed: str) -> str:
    """A role that a service may assume, and that allows `allowed` on everything."""
    iam, name = Service(aws, "iam"), unique()
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = iam.ok("create_role", RoleName=name, AssumeRolePolicyDocument=document)
    if allowed:
        statement = {"Effect": "Allow", "Action": list(allowed), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.ok("put_role_policy", RoleName=name, PolicyName="own", PolicyDocument=policy)
    return made["Role"]["Arn"]
