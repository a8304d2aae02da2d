"""botocore's service models, by the service name that a request is signed for."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

from botocore.exceptions import UnknownServiceError  # pyright: ignore[reportMissingTypeStubs]
from moto.core.utils import get_service_model

# Where the signing name differs from botocore's, or several models share it.
SIGNED_AS: dict[str, tuple[str, ...]] = {
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "elasticloadbalancing": ("elbv2", "elb"),
    "email": ("ses",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "servicequotas": ("service-quotas",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}


class Shape(Protocol):
    """The type of a value: botocore's shapes, which botocore does not type."""

    name: str
    type_name: str
    """Such as structure, list, map, string or integer."""
    serialization: Mapping[str, Any]
    """How the value is written in requests."""
    metadata: Mapping[str, Any]
    """Its constraints."""
    members: Mapping[str, "Shape"]
    """For structures only."""
    required_members: Sequence[str]
    is_document_type: bool
    member: "Shape"
    """For lists only."""
    key: "Shape"
    """For maps only."""
    value: "Shape"


class Http(Protocol):
    """How an operation of a REST service maps to HTTP."""

    query_args: Mapping[str, str]


class Operation(Protocol):
    """One operation of a service."""

    name: str
    input_shape: Shape | None
    http_trait: Http
    service_model: "Model"


class Model(Protocol):
    """One service."""

    service_name: str
    """botocore's name of it."""
    protocol: str
    api_version: str
    metadata: Mapping[str, Any]
    operation_names: Sequence[str]

    def operation_model(self, operation_name: str) -> Operation:
        """The operation of this name, which must be one of `operation_names`."""
        ...


@cache
def models(signed_for: str) -> tuple[Model, ...]:
    """The models that a request with this signing name may follow; none if botocore has none.

    Shared with moto, so that each is loaded only once.
    """
    names = SIGNED_AS.get(signed_for, (signed_for,))
    try:
        return tuple(cast("Model", get_service_model(name)) for name in names)
    except UnknownServiceError:
        return ()
