"""One request to AWS, and its refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request, parsed by botocore's service model."""

    service: str
    """botocore's name of the service, such as elbv2."""
    operation: str
    """Such as CreateTargetGroup."""
    region: str
    """The region that the request is signed for."""
    account: str
    """The account that the embedded AWS simulates."""
    access_key: str
    """The access key ID that signed the request."""
    parameters: Mapping[str, Any]
    """By the model's member names, nested; numbers and booleans parsed, blobs as bytes."""
    lost: frozenset[str] = frozenset()
    """The regions that are lost, which whoever answers cannot ask either."""


class Refusal(Exception):  # noqa: N818 # an answer, not a fault
    """AWS's error response to a request that it does not carry out.

    code: the service's error code, such as ValidationError.
    message: names the field, its value and what is allowed.
    status: the HTTP status.
    """

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
