"""botocore's models of AWS's services, by what a request is signed for."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

from botocore.exceptions import UnknownServiceError  # pyright: ignore[reportMissingTypeStubs]
from moto.core.utils import get_service_model

# Where a signature names another service than botocore, or one that several models share.
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
    """The type of a value, as botocore has it without saying so to type checkers."""

    name: str
    type_name: str
    """Such as structure, list, map, string or integer."""
    serialization: Mapping[str, Any]
    """How it is written in requests."""
    metadata: Mapping[str, Any]
    """What is allowed."""
    members: Mapping[str, "Shape"]
    """Of structures alone."""
    required_members: Sequence[str]
    is_document_type: bool
    member: "Shape"
    """Of lists alone."""
    key: "Shape"
    """Of maps alone."""
    value: "Shape"


class Http(Protocol):
    """Where an operation of a REST service is."""

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
    """botocore's."""
    protocol: str
    api_version: str
    metadata: Mapping[str, Any]
    operation_names: Sequence[str]

    def operation_model(self, operation_name: str) -> Operation:
        """The operation of this name, which is one of `operation_names`."""
        ...


@cache
def models(signed_for: str) -> tuple[Model, ...]:
    """The models that a request signed for this service may follow; none where botocore knows none.

    Shared with moto, which loads each once.
    """
    names = SIGNED_AS.get(signed_for, (signed_for,))
    try:
        return tuple(cast("Model", get_service_model(name)) for name in names)
    except UnknownServiceError:
        return ()
