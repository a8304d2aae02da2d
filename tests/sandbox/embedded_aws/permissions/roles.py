"""Roles in an embedded AWS, and clients with their credentials."""

import json
from itertools import count
from typing import Any

import boto3
from botocore.config import Config

from sandbox.embedded_aws import EmbeddedAws

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}
NUMBERS = count(1)
# One session for all clients, as it caches botocore's models.
SESSION = boto3.Session()


def allow(*actions: str, on: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str = "*", **more: Any) -> dict[str, Any]:
    return {**allow(*actions, on=on, **more), "Effect": "Deny"}


class Role:
    """A new role with this policy, and a session for it."""

    def __init__(self, aws: EmbeddedAws, *statements: dict[str, Any]) -> None:
        self._aws = aws
        self.name = f"role-{next(NUMBERS)}"
        self._iam = aws.client("iam", "us-east-1")
        created = self._iam.create_role(
            RoleName=self.name, AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        self.arn: str = created["Role"]["Arn"]
        self.put(*statements)
        session = aws.client("sts", "us-east-1").assume_role(
            RoleArn=self.arn, RoleSessionName="test"
        )
        self.credentials: dict[str, str] = session["Credentials"]

    def put(self, *statements: dict[str, Any]) -> None:
        """Replaces the role's statements."""
        if not statements:
            return
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        self._iam.put_role_policy(
            RoleName=self.name, PolicyName="own", PolicyDocument=json.dumps(document)
        )

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return SESSION.client(  # pyright: ignore[reportCallIssue]
            service,  # pyright: ignore[reportArgumentType]
            region_name=region,
            endpoint_url=self._aws.url,
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
        )
