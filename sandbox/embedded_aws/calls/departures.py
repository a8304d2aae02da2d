"""Where botocore's models are stricter than the services: violations to let pass."""

from typing import NamedTuple

from sandbox.embedded_aws.calls.call import Call
from sandbox.embedded_aws.calls.checking import Violation


class Departure(NamedTuple):
    """A model violation that the service accepts."""

    service: str
    shape: str
    """The model's name of the violated shape."""
    kind: str
    """As `Violation.kind`."""
    evidence: str
    """An AWS page, or an observation."""


DEPARTURES: tuple[Departure, ...] = (
    Departure(
        "ec2",
        "PlacementGroupArn",
        "pattern",
        "an anchor inside the pattern (`placement-group/^.{1,255}$`), which no ARN matches",
    ),
)


def allowed(call: Call, violation: Violation) -> bool:
    """Whether the service is known to accept this."""
    which = (call.service, violation.shape, violation.kind)
    return any(which == departure[:3] for departure in DEPARTURES)
