"""One probe by one health checker: the response, and whether it counts as a success."""

import re
from dataclasses import dataclass

from modules.recovery_time import CHECKER_CONNECT_TIMEOUT, CHECKER_RESPONSE_TIMEOUT
from proof.route53.configuration import Configuration, EndpointCheck
from proof.route53.errors import UnknownToTheModelError
from proof.route53.front import HTTPS_PORT, FrontResponse, ask
from proof.route53.world import World

# Seconds and bytes.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
CONNECT_TIMEOUT = CHECKER_CONNECT_TIMEOUT
ANSWER_TIMEOUT = CHECKER_RESPONSE_TIMEOUT
BODY_TIMEOUT = 2
TCP_TIMEOUT = 10
SEARCHED_BYTES = 5120
S3_HOST = re.compile(r"(?P<bucket>[a-z0-9-]+)\.s3\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")


@dataclass(frozen=True)
class Outcome:
    """Whether a probe succeeded, and how many seconds it took to tell."""

    success: bool
    seconds: float


def probe(check: EndpointCheck, configuration: Configuration, world: World) -> Outcome:
    """What a checker concludes from one request."""
    response = respond(check, configuration, world)
    if check.type == "TCP":
        return _tcp(response)
    return _http(response, check.search_string)


def _tcp(response: FrontResponse) -> Outcome:
    """A TCP check must connect within ten seconds.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    if not response.connects or response.connecting > TCP_TIMEOUT:
        return Outcome(False, TCP_TIMEOUT)
    return Outcome(True, response.connecting)


def _http(response: FrontResponse, search_string: str | None) -> Outcome:
    """An HTTP(S) check must connect within four seconds and get a 2xx or 3xx status within two
    more. With string matching, the body must follow within another two seconds, and its first 5,120
    bytes must contain the string, case-sensitively. Certificates are not validated.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    if not response.connects or response.connecting > CONNECT_TIMEOUT:
        return Outcome(False, CONNECT_TIMEOUT)
    if response.latency > ANSWER_TIMEOUT:
        return Outcome(False, response.connecting + ANSWER_TIMEOUT)
    answered = response.connecting + response.latency
    if not 200 <= response.status < 400:  # noqa: PLR2004 - 2xx and 3xx
        return Outcome(False, answered)
    if search_string is None:
        return Outcome(True, answered)
    if response.body_latency > BODY_TIMEOUT:
        return Outcome(False, answered + BODY_TIMEOUT)
    found = search_string.encode() in response.body.encode()[:SEARCHED_BYTES]
    return Outcome(found, answered + response.body_latency)


def respond(check: EndpointCheck, configuration: Configuration, world: World) -> FrontResponse:
    """The response of whatever the check's name resolves to: an S3 object or one of our load
    balancers."""
    if S3_HOST.fullmatch(check.fqdn):
        return _s3(check, configuration, world)
    address = balancer_behind(check.fqdn, configuration)
    if address is None:
        return FrontResponse(connects=False)
    balancer = configuration.balancers[address]
    return ask(balancer, check, world.regions[balancer.region])


def balancer_behind(name: str, configuration: Configuration) -> str | None:
    """The load balancer that a name resolves to; None without an A record.

    A check by domain name looks up A records only, and fails without one. AWS calls the result
    unpredictable if the name's records have a routing policy, which the check itself may drive.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    records = [one for one in configuration.records if one.name == name]
    if not records:
        raise UnknownToTheModelError(f"{name}, which is no name of ours")
    if any(one.role is not None for one in records):
        raise UnknownToTheModelError(f"a health check of {name}, which has a routing policy")
    for record in records:
        if record.type == "CNAME":
            return balancer_behind(record.values[0], configuration)
        if record.type == "A":
            if record.alias is None:
                raise UnknownToTheModelError(f"a health check of {name}, which is no alias")
            if record.alias.target in configuration.balancers:
                return record.alias.target
            return balancer_behind(record.alias.target, configuration)
    return None


def _s3(check: EndpointCheck, configuration: Configuration, world: World) -> FrontResponse:
    """S3 serves an object if the bucket's policy allows it; otherwise it answers 403, even for a
    missing object, to anyone who may not list the bucket. Endpoints of other regions may redirect,
    which checkers count as healthy, and policies that the model does not read refuse plain HTTP.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
    """
    found = S3_HOST.fullmatch(check.fqdn)
    if found is None or configuration.buckets.get(found["bucket"]) != found["region"]:
        raise UnknownToTheModelError(f"{check.fqdn}, where no bucket of ours is")
    if not check.type.startswith("HTTPS") or check.port != HTTPS_PORT:
        raise UnknownToTheModelError(f"{check.type} at {check.port} of {check.fqdn}")
    region = world.regions[found["region"]]
    if not (region.network and region.s3):
        return FrontResponse(connects=False)
    wanted = f"{found['bucket']}{check.path}"
    there = wanted in world.objects and wanted in configuration.readable
    return FrontResponse(connects=True, status=200 if there else 403)
