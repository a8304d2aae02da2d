"""Turns moto's crashes and missing operations into errors that AWS clients display."""

import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.calls.answers import invalid
from sandbox.embedded_aws.calls.reading import Read, read_by_model

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CODE = "NotInTheEmbeddedAws"


def fail_at_once(application: "WSGIApplication") -> "WSGIApplication":
    """Answers 400 if moto or a layer in front of it crashes: clients would retry a 500 for a long
    time."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as error:  # the client needs an answer in any case
            traceback.print_exc()
            refused = _explained(error, _asked(environ))
            return requests.refuse(environ, start_response, refused)

    return answer


def _explained(error: Exception, asked: Read | None) -> Refusal:
    what = f"{asked.call.service}.{asked.call.operation}" if asked else "this"
    match error:
        case NotImplementedError():
            return Refusal(CODE, f"the embedded AWS lacks {what}: {error}")
        case ValueError() if asked:  # moto's way of reporting an invalid parameter
            return Refusal(invalid(asked.operation), f"{what}: {error}")
        case _:
            return Refusal(
                CODE, f"the embedded AWS cannot do {what}: {type(error).__name__}: {error}"
            )


def _asked(environ: "WSGIEnvironment") -> Read | None:
    try:
        return read_by_model(environ)
    except Exception:  # the original error is the one to report
        return None
