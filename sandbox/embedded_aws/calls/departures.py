"""Where botocore's models are stricter than the services: what is allowed nonetheless."""

from typing import NamedTuple

from sandbox.embedded_aws.calls.call import Call
from sandbox.embedded_aws.calls.checking import Violation


class Departure(NamedTuple):
    """A violation that is none."""

    service: str
    shape: str
    """The model's name of what is violated."""
    kind: str
    """As `Violation.kind`."""
    evidence: str
    """A page of AWS's, or what was seen."""


DEPARTURES: tuple[Departure, ...] = (
    Departure(
        "ec2",
        "PlacementGroupArn",
        "pattern",
        "an anchor inside the pattern (`placement-group/^.{1,255}$`), which no ARN matches",
    ),
)


def allowed(call: Call, violation: Violation) -> bool:
    """Whether the service is known to take this."""
    which = (call.service, violation.shape, violation.kind)
    return any(which == departure[:3] for departure in DEPARTURES)
