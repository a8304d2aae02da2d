"""The deployers' roles: read from a folder, and created in an embedded AWS."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emitted import STACK_NAMES
from sandbox.embedded_aws import EmbeddedAws
from sandbox.permissions.deployers import (
    as_deployer,
    create_deployers,
    policies_in,
    role_name,
)
from terminal.errors import OperationError


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_stacks_policies_are_its_files(tmp_path: Path) -> None:
    for stack in STACK_NAMES:
        (tmp_path / f"{stack}.json").write_text(policy("s3:*"))
    (tmp_path / "dr.json").unlink()
    with pytest.raises(OperationError, match=r"no policy for the deployer of dr: dr\.json, or"):
        policies_in(tmp_path)
    for number, action in enumerate(("sns:*", "sqs:*"), start=1):
        (tmp_path / f"dr-{number}.json").write_text(policy(action))
    found = policies_in(tmp_path)
    assert list(found) == list(STACK_NAMES)
    assert [json.loads(each)["Statement"][0]["Action"] for each in found["dr"]] == [
        "sns:*",
        "sqs:*",
    ]
    (tmp_path / "global.json").write_text("{")
    with pytest.raises(OperationError, match=r"global\.json cannot be read as a policy"):
        policies_in(tmp_path)


def client(aws: EmbeddedAws, stack: str, service: str) -> Any:
    return as_deployer(aws, stack).client(service, "eu-west-1")


def test_a_deployer_may_do_what_its_policies_say_and_what_it_needed_is_told(
    aws: EmbeddedAws,
) -> None:
    create_deployers(aws, {"dr": [policy("sns:ListTopics"), policy("sqs:ListQueues")]})
    client(aws, "dr", "sns").list_topics()
    client(aws, "dr", "sqs").list_queues()
    create_deployers(aws, {"dr": [policy("sns:ListTopics")]})
    client(aws, "dr", "sns").list_topics()
    with pytest.raises(ClientError, match="is not authorized to perform: sqs:ListQueues"):
        client(aws, "dr", "sqs").list_queues()
    assert aws.needs(role_name("dr")) == [
        ["sns:ListTopics", "*", "eu-west-1", ""],
        ["sqs:ListQueues", "*", "eu-west-1", ""],
    ]
    assert aws.needs("another") == []
