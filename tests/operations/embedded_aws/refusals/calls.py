"""Hand-made calls, and what becomes of them."""

from typing import Any

import pytest

from operations.embedded_aws.calls import Call, Refusal
from operations.embedded_aws.process import ACCOUNT
from operations.embedded_aws.refusals import RULES

REGION = "us-east-1"


def ask(service: str, operation: str, *, region: str = REGION, **parameters: Any) -> None:
    """Asks every rule of an operation. Raises Refusal."""
    call = Call(service, operation, region, ACCOUNT, "test", parameters)
    for rule in RULES[service, operation]:
        rule(call)


def refused(
    service: str, operation: str, message: str, *, region: str = REGION, **parameters: Any
) -> Refusal:
    """A call that is refused with a message that has the regular expression `message`."""
    with pytest.raises(Refusal, match=message) as caught:
        ask(service, operation, region=region, **parameters)
    return caught.value
