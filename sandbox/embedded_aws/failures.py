"""Where moto fails or lacks an operation, in words that AWS's clients show."""

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
    """Answers 400 where moto or what is in front of it fails: on a 500, clients retry for long."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as error:  # whatever it is, the client must be told
            traceback.print_exc()
            refused = _explained(error, _asked(environ))
            return requests.refuse(environ, start_response, refused)

    return answer


def _explained(error: Exception, asked: Read | None) -> Refusal:
    what = f"{asked.call.service}.{asked.call.operation}" if asked else "this"
    match error:
        case NotImplementedError():
            return Refusal(CODE, f"the embedded AWS lacks {what}: {error}")
        case ValueError() if asked:  # how moto says that a parameter is not as it must be
            return Refusal(invalid(asked.operation), f"{what}: {error}")
        case _:
            return Refusal(
                CODE, f"the embedded AWS cannot do {what}: {type(error).__name__}: {error}"
            )


def _asked(environ: "WSGIEnvironment") -> Read | None:
    try:
        return read_by_model(environ)
    except Exception:  # there is another to tell of
        return None
