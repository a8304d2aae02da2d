"""One probe of one health checker: what it meets, and whether that is a success."""

import re
from dataclasses import dataclass

from operations.route53.configuration import Configuration, EndpointCheck
from operations.route53.errors import UnknownToTheModelError
from operations.route53.world import RegionState, World

# Seconds, and bytes.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
CONNECT_TIMEOUT = 4
ANSWER_TIMEOUT = 2
BODY_TIMEOUT = 2
TCP_TIMEOUT = 10
SEARCHED_BYTES = 5120
S3_HOST = re.compile(r"(?P<bucket>[a-z0-9-]+)\.s3\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")


@dataclass(frozen=True)
class Response:
    """What a checker meets: nobody, or an answer after so many seconds."""

    connects: bool
    status: int = 0
    latency: float = 0
    body: str = ""


@dataclass(frozen=True)
class Outcome:
    """Whether a probe succeeded, and how many seconds it took to know."""

    success: bool
    seconds: float


def probe(check: EndpointCheck, configuration: Configuration, world: World) -> Outcome:
    """What a checker concludes from one request."""
    response = respond(check, configuration, world)
    if check.type == "TCP":
        return _tcp(response)
    return _http(response, check.search_string)


def _tcp(response: Response) -> Outcome:
    """A TCP check must connect within ten seconds.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    return Outcome(True, 0) if response.connects else Outcome(False, TCP_TIMEOUT)


def _http(response: Response, search_string: str | None) -> Outcome:
    """An HTTP(S) check must connect within four seconds, and have a status of 2xx or 3xx within two
    more; one with a string must find it in the first 5,120 bytes, within another two.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    if not response.connects:
        return Outcome(False, CONNECT_TIMEOUT)
    if response.latency > ANSWER_TIMEOUT:
        return Outcome(False, CONNECT_TIMEOUT + ANSWER_TIMEOUT)
    good = 200 <= response.status < 400  # noqa: PLR2004 - 2xx and 3xx
    searched = response.body.encode()[:SEARCHED_BYTES]
    found = search_string is None or search_string.encode() in searched
    return Outcome(good and found, response.latency)


def respond(check: EndpointCheck, configuration: Configuration, world: World) -> Response:
    """Who is behind the check's name: an object of S3's, or a load balancer of ours."""
    found = S3_HOST.fullmatch(check.fqdn)
    if found is not None:
        wanted = f"{found['bucket']}{check.path}"
        return _s3(world.regions[found["region"]], wanted, configuration, world)
    address = balancer_behind(check.fqdn, configuration)
    return _load_balancer(world.regions[configuration.balancers[address].region])


def balancer_behind(name: str, configuration: Configuration) -> str:
    """The load balancer that a name stands for. A check by name looks up A records alone:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    records = [one for one in configuration.records if (one.name, one.type) == (name, "A")]
    if len(records) != 1 or records[0].role is not None:
        raise UnknownToTheModelError(
            f"a health check of {name}: AWS calls a check on the name of records with a routing"
            " policy unpredictable"
        )
    alias = records[0].alias
    if alias is None:
        raise UnknownToTheModelError(f"a health check of {name}, which is no alias")
    if alias.target in configuration.balancers:
        return alias.target
    return balancer_behind(alias.target, configuration)


def _s3(region: RegionState, wanted: str, configuration: Configuration, world: World) -> Response:
    """An object is served to whom the bucket's policy lets in, and 403 hides the others from those
    who may not list the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    if not (region.network and region.s3):
        return Response(connects=False)
    there = wanted in world.objects and wanted in configuration.readable
    return Response(connects=True, status=200 if there else 403)


def _load_balancer(region: RegionState) -> Response:
    """Without a registered target an Application Load Balancer answers 503; with unhealthy ones
    alone it sends requests to all of them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if not region.network:
        return Response(connects=False)
    if not region.registered:
        return Response(connects=True, status=503)
    return Response(True, region.status, region.latency, region.body)
