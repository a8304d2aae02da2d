"""boto3 clients for a WSGI application in this process: no server, and none of boto3's own
checks."""

import io
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request


class Raw(io.BytesIO):
    """A body like urllib3's."""

    def stream(self, **_: object) -> Any:
        while block := self.read(65536):
            yield block


@cache
def _session() -> boto3.Session:
    """One session for all clients, as it caches botocore's models."""
    return boto3.Session("test", "test")


def client(application: Any, service: str, region: str = "us-east-1", **config: Any) -> Any:
    """A client that sends its requests to `application`, whatever boto3 thinks of their
    parameters."""
    new = _session().client(  # pyright: ignore[reportCallIssue]
        service,  # pyright: ignore[reportArgumentType]
        region_name=region,
        endpoint_url="http://127.0.0.1:1",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, **config),
    )

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return respond(application, request)

    new.meta.events.register("before-send", answer)
    return new


def environ_of(request: AWSPreparedRequest) -> dict[str, Any]:
    """The request as a WSGI server passes it on."""
    body: Any = request.body
    if hasattr(body, "read"):
        body = body.read()
    headers = {
        key: value.decode() if isinstance(value, bytes) else value
        for key, value in request.headers.items()
    }
    path = request.url.removeprefix("http://127.0.0.1:1")
    builder = EnvironBuilder(
        path=path, method=request.method, headers=headers, data=body or b"", base_url=None
    )
    environ = builder.get_environ()
    environ["RAW_URI"] = environ["REQUEST_URI"] = path
    return environ


def respond(application: Any, request: AWSPreparedRequest) -> AWSResponse:
    body, status, headers = run_wsgi_app(application, environ_of(request))
    return AWSResponse(request.url, int(status.split()[0]), headers, Raw(b"".join(body)))


def read_back(environ: dict[str, Any]) -> bytes:
    """What is left of a request's body for the next application."""
    return Request(environ).get_data()
