"""Refuses in front of moto what AWS refuses, worded as the service does.

Applies botocore's model of the operation first, then the rules.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.calls.answers import refusal
from sandbox.embedded_aws.calls.checking import violations
from sandbox.embedded_aws.calls.departures import allowed
from sandbox.embedded_aws.calls.reading import read_by_model
from sandbox.embedded_aws.refusals import RULES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Checks:
    """Validation in front of moto, which accepts nearly everything."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            check(environ)
        except Refusal as refused:
            return requests.refuse(environ, start_response, refused)
        return self._application(environ, start_response)


def check(environ: "WSGIEnvironment") -> None:
    """Raises Refusal if AWS would refuse the request."""
    read = read_by_model(environ)
    if read is None:
        return
    call, operation = read
    found = violations(operation.input_shape, dict(call.parameters))
    found = [violation for violation in found if not allowed(call, violation)]
    if found:
        raise refusal(operation, found)
    for rule in RULES.get((call.service, call.operation), ()):
        rule(call)
