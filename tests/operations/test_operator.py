"""Who gives the commands, and what is said before any are given without valid credentials."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from operations.aws import operator
from terminal.errors import OperationError
from terminal.operator import operator_name


def asked(error: Exception | None = None) -> str:
    """What STS's answer, or this error, makes of it."""

    class Sts:
        def get_caller_identity(self) -> Any:
            if error is not None:
                raise error
            return {"Arn": "arn:aws:iam::111122223333:user/ana"}

    return operator("us-east-1", lambda *_: Sts())


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetCallerIdentity")


def test_aws_knows_who_it_is() -> None:
    assert asked() == "arn:aws:iam::111122223333:user/ana"


@pytest.mark.parametrize(
    "error",
    [
        NoCredentialsError(),
        refusal("ExpiredToken"),
        refusal("InvalidClientTokenId"),
        refusal("SignatureDoesNotMatch"),
    ],
    ids=str,
)
def test_without_valid_credentials_nothing_is_begun(error: Exception) -> None:
    with pytest.raises(OperationError, match=r"^AWS cannot be asked: "):
        asked(error)


@pytest.mark.parametrize(
    "error", [EndpointConnectionError(endpoint_url="there"), refusal("Throttling")], ids=str
)
def test_if_sts_does_not_answer_this_machine_knows(error: Exception) -> None:
    assert asked(error) == operator_name()
