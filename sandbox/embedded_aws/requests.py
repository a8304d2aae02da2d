"""Who signed a request to AWS for what, and errors that AWS clients can read."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from sandbox.embedded_aws.calls.call import Refusal
from sandbox.embedded_aws.calls.models import models

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Credential=KEY/DATE/REGION/SERVICE/aws4_request, in a header or, for presigned URLs, the query:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
CREDENTIAL = re.compile(
    r"Credential=([^/,&%]+)(?:/|%2F)\d{8}(?:/|%2F)([a-z0-9-]+)(?:/|%2F)([a-z0-9-]+)(?:/|%2F)aws4_request"
)


# The environ key for the lost regions.
LOST = "embedded_aws.lost"


class Scope(NamedTuple):
    """The signer and target of a request, from its signature."""

    region: str
    service: str
    access_key: str


def scope(environ: "WSGIEnvironment") -> Scope | None:
    """The request's region, service and signer; None if it is not signed."""
    signed = f"{environ.get('HTTP_AUTHORIZATION', '')}&{environ.get('QUERY_STRING', '')}"
    found = CREDENTIAL.search(signed)
    return Scope(found[2], found[3], found[1]) if found else None


def error(
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
    *,
    status: str,
    code: str,
    message: str,
) -> Iterable[bytes]:
    """An error in the called service's format, so that its client shows `message`."""
    if _speaks_json(environ):
        kind, body = "application/json", json.dumps({"__type": code, "message": message})
    else:
        kind, body = "text/xml", _xml(environ, code, message)
    content = b"" if environ.get("REQUEST_METHOD") == "HEAD" else body.encode()
    start_response(
        status,
        [
            ("Content-Type", kind),
            ("Content-Length", str(len(content))),
            (
                "x-amzn-errortype",
                code,
            ),  # https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
        ],
    )
    return [content]


def refuse(
    environ: "WSGIEnvironment", start_response: "StartResponse", refusal: Refusal
) -> Iterable[bytes]:
    """As `error`, for a refusal."""
    return error(
        environ,
        start_response,
        status=f"{refusal.status} {HTTPStatus(refusal.status).phrase}",
        code=refusal.code,
        message=refusal.message,
    )


def _speaks_json(environ: "WSGIEnvironment") -> bool:
    if "HTTP_X_AMZ_TARGET" in environ or "json" in environ.get("CONTENT_TYPE", ""):
        return True
    asked = scope(environ)
    known = models(asked.service) if asked else ()
    return bool(known) and known[0].protocol == "rest-json"


def _xml(environ: "WSGIEnvironment", code: str, message: str) -> str:
    """https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html, and query and ec2."""
    asked = scope(environ)
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    match asked.service if asked else "s3":
        case "s3":
            return f"<Error>{inner}</Error>"
        case "ec2":
            return f"<Response><Errors><Error>{inner}</Error></Errors></Response>"
        case _:
            return f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error></ErrorResponse>"
