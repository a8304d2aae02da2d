"""Parses requests of every AWS protocol with botocore's service models."""

import gzip
import io
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import parse_qsl

from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.accounts import account_of
from sandbox.embedded_aws.calls.call import Call, Refusal
from sandbox.embedded_aws.calls.forms import read_form
from sandbox.embedded_aws.calls.json_bodies import read_json
from sandbox.embedded_aws.calls.models import Model, Operation, models
from sandbox.embedded_aws.calls.rest import read_rest, streams
from sandbox.embedded_aws.requests import LOST

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The environ key that caches a parsed request.
READ = "embedded_aws.read"
FORM = "application/x-www-form-urlencoded"


class Read(NamedTuple):
    """A parsed request, with the model that it was parsed by."""

    call: Call
    operation: Operation


def read(environ: "WSGIEnvironment") -> Call | None:
    """Parses the request; None if it is not signed for a service that botocore knows.

    The body can be read again afterwards. A streaming body, such as an S3 object, is neither read
    nor a parameter. Whatever the model does not define becomes a parameter under its own name.
    Raises Refusal if there is no such operation, or the request is malformed.
    """
    found = read_by_model(environ)
    return found.call if found else None


def read_by_model(environ: "WSGIEnvironment") -> Read | None:
    """As `read`, with the model of the operation."""
    if READ not in environ:
        try:
            environ[READ] = _read(environ)
        except Refusal as refusal:
            environ[READ] = refusal
    found = environ[READ]
    if isinstance(found, Refusal):
        raise found
    return found


def _read(environ: "WSGIEnvironment") -> Read | None:
    asked = requests.scope(environ)
    known = models(asked.service) if asked else ()
    if asked is None or not known:
        return None
    request = Request(environ, populate_request=False)
    if "HTTP_X_AMZ_TARGET" in environ:
        operation, parameters = _of_json(known, environ)
    elif request.mimetype == FORM or "Action" in request.args:
        operation, parameters = _of_form(known, request, environ)
    else:
        operation, parameters = _of_rest(known, request, environ)
    call = Call(
        service=operation.service_model.service_name,
        operation=operation.name,
        region=asked.region,
        account=account_of(asked.access_key),
        access_key=asked.access_key,
        parameters=parameters,
        lost=environ.get(LOST, frozenset()),
    )
    return Read(call, operation)


def _of_json(
    known: tuple[Model, ...], environ: "WSGIEnvironment"
) -> tuple[Operation, dict[str, Any]]:
    target: str = environ["HTTP_X_AMZ_TARGET"]
    prefix, _, name = target.rpartition(".")
    for model in known:
        if model.metadata.get("targetPrefix") == prefix and name in model.operation_names:
            operation = model.operation_model(name)
            shape, body = operation.input_shape, _body(environ)
            return operation, read_json(shape, body) if shape else {}
    raise Refusal("UnknownOperationException", f"{known[0].service_name} has no operation {target}")


def _of_form(
    known: tuple[Model, ...], request: Request, environ: "WSGIEnvironment"
) -> tuple[Operation, dict[str, Any]]:
    pairs = parse_qsl(_body(environ).decode(errors="replace"), keep_blank_values=True)
    form = {**request.args.to_dict(), **dict(pairs)}
    name, version = form.pop("Action", ""), form.pop("Version", "")
    form = {key: value for key, value in form.items() if not key.startswith("X-Amz-")}
    for model in known:
        if version == model.api_version and name in model.operation_names:
            operation = model.operation_model(name)
            shape = operation.input_shape
            if shape is None:
                return operation, form
            return operation, read_form(shape, form, ec2=model.protocol == "ec2")
    versions = " or ".join(str(model.api_version) for model in known)
    raise Refusal(
        "InvalidAction",
        f"{known[0].service_name} has no operation {name} in version {version or '(none)'};"
        f" botocore's is {versions}",
    )


def _of_rest(
    known: tuple[Model, ...], request: Request, environ: "WSGIEnvironment"
) -> tuple[Operation, dict[str, Any]]:
    for model in known:
        try:
            found = get_service_router(model.service_name).match(request)
        except NotFound:
            continue
        operation, labels = cast("tuple[Operation, dict[str, str]]", found)
        body = b"" if streams(operation) else _body(environ)
        return operation, read_rest(operation, request, labels, body)
    asked = f"{request.method} {request.full_path.rstrip('?')}"
    raise Refusal(
        "UnknownOperationException", f"{known[0].service_name} has no operation {asked}", status=404
    )


def _body(environ: "WSGIEnvironment") -> bytes:
    """The body, left in place to be read again. boto3 compresses large ones:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html"""
    stream = Request(environ, populate_request=False).stream
    body: bytes = stream.read()
    environ["wsgi.input"] = io.BytesIO(body)
    if environ.get("HTTP_CONTENT_ENCODING") != "gzip":
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        raise Refusal(
            "SerializationException", "Content-Encoding: gzip, which the body is not"
        ) from None
