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

from operations.errors import OperationError

# Seconds, and tries: in a disaster an operator wants an answer, even a bad one.
PATIENCE = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2}
)


def client(
    service: str, region: str, *, endpoint_url: str | None = None, config: Config = PATIENCE
) -> Any:
    """A boto3 client of a region, of its own endpoint there unless another is given. Raises
    OperationError where the credentials cannot be read."""
    create = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType]
    with refused(f"{service} in {region} cannot be asked"):
        return create(service, region_name=region, endpoint_url=endpoint_url, config=config)


@contextmanager
def refused(what: str) -> Generator[None]:
    """Makes an OperationError, which begins with `what`, of AWS's refusal or absence."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"{what}: {error}") from None
