"""AWS, with the operator's own credentials."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from functions.failover_control.bounded import Bounded
from terminal.errors import OperationError

# Seconds, and tries: in a disaster an operator wants an answer, even a bad one. In us-east-1, boto3
# would ask S3's global endpoint, which may lead elsewhere:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-s3-regional-endpoint.html
CLIENT_TIMEOUTS = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    s3={"us_east_1_regional_endpoint": "regional"},
)
# Seconds that a call takes at most, whatever it is made of.
CALL_SECONDS = 15


def client(
    service: str, region: str, *, endpoint_url: str | None = None, config: Config = CLIENT_TIMEOUTS
) -> Any:
    """A boto3 client of a region, of its own endpoint there unless another is given. Raises
    OperationError where the credentials cannot be read."""
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    with refused(f"{service} in {region} cannot be asked"):
        made = create(service, region_name=region, endpoint_url=endpoint_url, config=config)
    return Bounded(made, CALL_SECONDS)


@contextmanager
def refused(what: str) -> Generator[None]:
    """Makes an OperationError, which begins with `what`, of AWS's refusal or absence."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"{what}: {error}") from None
