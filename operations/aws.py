"""AWS clients that use the operator's own credentials."""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from functions.failover_control.bounded import Bounded
from functions.failover_control.notes import code_of
from operations.target import announce, check_target
from terminal.errors import OperationError
from terminal.operator import operator_name

# Seconds, and attempts: in a disaster an operator wants an answer, even a bad one. By default,
# boto3 in us-east-1 uses S3's global endpoint, which may lead elsewhere:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-s3-regional-endpoint.html
CLIENT_TIMEOUTS = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    s3={"us_east_1_regional_endpoint": "regional"},
)
# The first status that says that the server failed, and codes that say "not so fast", or "again":
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
SERVER_ERROR = 500
THROTTLES = (
    "RequestLimitExceeded",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
)
# What keeps every call from being made, and what AWS answers to credentials that are old or wrong:
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
BAD_CREDENTIALS = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
)
# Clients may be shared by threads, but the session that makes them may not:
# https://docs.aws.amazon.com/boto3/latest/guide/session.html#multithreading-or-multiprocessing-with-sessions
MAKING_A_CLIENT = threading.Lock()
# Seconds that a whole call may take, with all of its retries and addresses.
CALL_SECONDS = 15


def client(
    service: str,
    region: str,
    *,
    endpoint_url: str | None = None,
    config: Config = CLIENT_TIMEOUTS,
    seconds: float | None = CALL_SECONDS,
    credentials: Mapping[str, Any] | None = None,
) -> Any:
    """A boto3 client for a region's own endpoint, unless another is given.

    seconds: limits a whole call; None for transfers, whose size is the user's. credentials: as STS
    gives them; None for the operator's own. Raises OperationError if the credentials cannot be
    read, or if it is not clear which AWS is meant.
    """
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    keys = _keys(credentials) if credentials else {}
    with refused(f"{service} in {region} cannot be called"), MAKING_A_CLIENT:
        made = create(service, region_name=region, endpoint_url=endpoint_url, config=config, **keys)
        if endpoint_url is None:
            announce(check_target(service, made.meta.endpoint_url))
    return made if seconds is None else Bounded(made, seconds)


def _keys(credentials: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def assumed(role_arn: str, region: str) -> Callable[[str, str], Any]:
    """As `client`, with a role's credentials, for which the region's STS is asked.

    Raises botocore's ClientError if the role may not be assumed.
    """
    given = client("sts", region).assume_role(RoleArn=role_arn, RoleSessionName="failover")
    keys = given["Credentials"]

    def connect(service: str, region: str) -> Any:
        return client(service, region, credentials=keys)

    return connect


Connect = Callable[..., Any]
"""Makes a client, as `client` does: the drill's are of an embedded AWS."""


class NoAnswerError(OperationError):
    """AWS did not answer, or could not: waiting may help."""


@contextmanager
def refused(what: str) -> Generator[None]:
    """Turns an error from AWS into an OperationError that begins with `what`, and no answer into a
    NoAnswerError."""
    try:
        yield
    except ClientError as error:
        kind = OperationError if _is_refusal(error) else NoAnswerError
        raise kind(f"{what}: {error}") from None
    except BotoCoreError as error:
        raise NoAnswerError(f"{what}: {error}") from None


def operator(region: str, connect: Connect = client) -> str:
    """Who gives the commands, as AWS knows them in a region; as this machine does if STS does not
    answer. Raises OperationError if there are no credentials, or none that AWS takes: ask this
    before the first of many calls, each of which would say so."""
    sts = connect("sts", region)
    try:
        arn: str = sts.get_caller_identity()["Arn"]
    except NO_CREDENTIALS as error:
        raise OperationError(f"AWS cannot be asked: {error}") from None
    except ClientError as error:
        if code_of(error) in BAD_CREDENTIALS:
            raise OperationError(f"AWS cannot be asked: {error}") from None
    except BotoCoreError:
        pass
    else:
        return arn
    return operator_name()


def _is_refusal(error: ClientError) -> bool:
    """Whether AWS understood the request, and denied it."""
    response = cast("dict[str, Any]", error.response)  # pyright: ignore[reportUnknownMemberType]
    status: int = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) not in THROTTLES and status < SERVER_ERROR
