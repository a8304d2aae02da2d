"""What a load balancer answers on its ports, read from the emitted listeners and certificates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from emitted import Json, of_type
from proof.route53 import UnknownToTheModelError
from proof.route53.strict import known, one_of, reference

STATUS = {"HTTP_301": HTTPStatus.MOVED_PERMANENTLY, "HTTP_302": HTTPStatus.FOUND}
KEEPS = re.compile(r"#\{(\w+)\}")


@dataclass(frozen=True)
class Tls:
    """An HTTPS listener's TLS settings. names: those of its certificate. policy: the security
    policy, which decides the TLS versions."""

    names: tuple[str, ...]
    policy: str


@dataclass(frozen=True)
class Redirect:
    """A listener's redirect; `#{host}` and the like keep that part of the request.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
    """

    status: HTTPStatus
    protocol: str
    host: str
    port: str
    path: str
    query: str

    def location(self, asked: Mapping[str, str]) -> str:
        """The target URL. asked: the request's protocol, host, port, path and query."""

        def filled(template: str) -> str:
            return KEEPS.sub(lambda found: asked[found[1]], template)

        query = filled(self.query)
        place = f"{filled(self.host)}:{filled(self.port)}{filled(self.path)}"
        return f"{filled(self.protocol).lower()}://{place}{'?' if query else ''}{query}"


@dataclass(frozen=True)
class Entrance:
    """One listener. tls: None for plain HTTP. redirect: None if it forwards to the targets."""

    port: int
    tls: Tls | None
    redirect: Redirect | None


def read_entrances(resources: Json) -> tuple[Entrance, ...]:
    """The listeners of a region's stack, which has one load balancer. Raises UnknownToTheModelError
    for anything the drill cannot play."""
    for kind in ("aws_lb_listener_certificate", "aws_lb_listener_rule"):
        if resources.get(kind):
            raise UnknownToTheModelError(f"an {kind}")
    return tuple(_entrance(body, resources) for _, body in of_type(resources, "aws_lb_listener"))


def _entrance(body: Json, resources: Json) -> Entrance:
    known(
        body,
        "load_balancer_arn",
        "port",
        "protocol",
        "default_action",
        "certificate_arn",
        "ssl_policy",
    )
    tls = None
    if one_of(body["protocol"], ("HTTP", "HTTPS"), "a listener that speaks") == "HTTPS":
        tls = Tls(_names(body["certificate_arn"], resources), body["ssl_policy"])
    (action,) = body["default_action"]
    redirect = None
    if one_of(action["type"], ("forward", "redirect"), "a listener that answers by") == "redirect":
        redirect = _redirect(action["redirect"])
    return Entrance(body["port"], tls, redirect)


def _redirect(body: Json) -> Redirect:
    """Applies Terraform's defaults, which keep that part of the request.
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener
    """
    known(body, "status_code", "protocol", "host", "port", "path", "query")
    return Redirect(
        status=STATUS[one_of(body["status_code"], STATUS, "a redirect by")],
        protocol=body.get("protocol", "#{protocol}"),
        host=body.get("host", "#{host}"),
        port=body.get("port", "#{port}"),
        path=body.get("path", "/#{path}"),
        query=body.get("query", "#{query}"),
    )


def _names(certificate: str, resources: Json) -> tuple[str, ...]:
    """The names on the ACM certificate, which may be referenced through its validation."""
    kind, _, name = reference(certificate).partition(".")
    body = resources[kind][name]
    if kind == "aws_acm_certificate_validation":
        return _names(body["certificate_arn"], resources)
    one_of(kind, ("aws_acm_certificate",), "a certificate that is")
    return (body["domain_name"], *body.get("subject_alternative_names", ()))


def redirected(redirect: Redirect, head: bytes, entrance: Entrance) -> bytes:
    """The load balancer's own answer to a request with this head."""
    lines = head.decode("latin-1").split("\r\n")
    target = urlsplit(lines[0].split(" ")[1])
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    asked = {
        "protocol": "https" if entrance.tls else "http",
        "host": headers.get("host", "").partition(":")[0],
        "port": str(entrance.port),
        "path": target.path.removeprefix("/"),
        "query": target.query,
    }
    location = f"Location: {redirect.location(asked)}"
    return own(f"{redirect.status} {redirect.status.phrase}", location)


def own(status: str, *headers: str) -> bytes:
    """An answer from the load balancer itself."""
    lines = [f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode()
