"""One probe. "Determines" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
and "values" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html."""

from typing import Any

import pytest

from proof.route53 import RegionState, UnknownToTheModelError
from proof.route53.probes import Outcome, probe
from tests.proof.route53.made_by_hand import (
    KEY,
    endpoint,
    of_object,
    record,
    setup,
    world,
)

FOUND = {"type": "HTTP_STR_MATCH", "search_string": "All is well"}
# Four bytes each.
WIDE = "\N{GRINNING FACE}"


def outcome(check: dict[str, Any], region: dict[str, Any]) -> Outcome:
    return probe(endpoint(**check), setup(), world(RegionState(**region)))


@pytest.mark.parametrize(
    ("status", "success"),
    [(199, False), (200, True), (204, True), (301, True), (399, True), (400, False), (503, False)],
)
def test_a_status_of_2xx_or_3xx_is_healthy(status: int, success: bool) -> None:
    """Determines: "the endpoint must respond with an HTTP status code of 2xx or 3xx"."""
    assert outcome({}, {"status": status}).success is success


@pytest.mark.parametrize(
    ("check", "region", "expected"),
    [
        pytest.param({}, {"connecting": 4}, Outcome(True, 4.1), id="HTTP: connected within 4 s"),
        pytest.param({}, {"connecting": 4.1}, Outcome(False, 4), id="HTTP: connected later"),
        pytest.param({}, {"latency": 2}, Outcome(True, 2), id="HTTP: answered within 2 s"),
        pytest.param({}, {"latency": 2.1}, Outcome(False, 2), id="HTTP: answered later"),
        pytest.param(
            {}, {"connecting": 4, "latency": 9}, Outcome(False, 6), id="HTTP: never more than 6 s"
        ),
        pytest.param({}, {"body_latency": 9}, Outcome(True, 0.1), id="HTTP: no body is awaited"),
        pytest.param(
            FOUND,
            {"body": "All is well", "body_latency": 2},
            Outcome(True, 2.1),
            id="string: body within 2 s more",
        ),
        pytest.param(
            FOUND,
            {"body": "All is well", "body_latency": 2.1},
            Outcome(False, 2.1),
            id="string: body later",
        ),
        pytest.param({"type": "TCP"}, {"connecting": 10}, Outcome(True, 10), id="TCP: within 10 s"),
        pytest.param({"type": "TCP"}, {"connecting": 10.1}, Outcome(False, 10), id="TCP: later"),
    ],
)
def test_each_step_has_its_time(
    check: dict[str, Any], region: dict[str, Any], expected: Outcome
) -> None:
    """Determines: connect within four seconds (TCP: ten), answer within two more and, with a search
    string, the body within another two."""
    found = outcome(check, region)
    assert (found.success, found.seconds) == (expected.success, pytest.approx(expected.seconds))


@pytest.mark.parametrize("type", ["HTTP", "TCP"])
def test_a_region_that_nobody_reaches_is_unhealthy(type: str) -> None:
    """Determines: "must be able to establish a TCP connection"."""
    seconds = {"HTTP": 4, "TCP": 10}[type]
    assert outcome({"type": type}, {"network": False}) == Outcome(False, seconds)


@pytest.mark.parametrize(
    ("body", "success"),
    [
        pytest.param("All is well", True, id="there"),
        pytest.param("all is well", False, id="another case"),
        pytest.param("x" * (5120 - 11) + "All is well", True, id="ends at byte 5,120"),
        pytest.param("x" * (5120 - 10) + "All is well", False, id="ends at byte 5,121"),
        pytest.param(WIDE * 1277 + "All is well", True, id="bytes, not characters: within"),
        pytest.param(WIDE * 1278 + "All is well", False, id="bytes, not characters: beyond"),
        pytest.param("", False, id="no body"),
    ],
)
def test_a_string_is_searched_in_the_first_5120_bytes(body: str, success: bool) -> None:
    """Determines: "must appear entirely in the first 5,120 bytes of the response body"; values:
    "Route 53 considers case"."""
    assert outcome(FOUND, {"body": body}).success is success


def test_a_string_does_not_excuse_an_error() -> None:
    """Determines: with string matching, too, the status must be 2xx or 3xx."""
    assert not outcome(FOUND, {"body": "All is well", "status": 500}).success


def test_a_port_without_a_listener_is_unhealthy() -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html:
    a load balancer accepts connections on its listeners' ports."""
    assert not outcome({"port": 8080}, {}).success


@pytest.mark.parametrize(
    ("registered", "healthy", "success"), [(0, 0, False), (2, 0, True), (2, 2, True)]
)
def test_a_load_balancer_answers_503_without_targets_and_fails_open_with_unhealthy_ones(
    registered: int, healthy: int, success: bool
) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    and .../target-group-health-checks.html."""
    assert outcome({}, {"registered": registered, "healthy": healthy}).success is success


def test_a_check_by_name_asks_for_a_records_alone() -> None:
    """Values: "If there's no record with a type of A for the name …, the health check fails"."""
    only_ipv6 = record("six.example.com", "one/aws_lb.lb", type="AAAA")
    assert not probe(endpoint(fqdn="six.example.com"), setup(only_ipv6), world()).success
    both = record("six.example.com", "one/aws_lb.lb")
    assert probe(endpoint(fqdn="six.example.com"), setup(only_ipv6, both), world()).success


def test_a_check_follows_names_to_the_load_balancer() -> None:
    """Values: "Route 53 sends a DNS query to resolve the domain name"."""
    chain = (
        record("www.example.com", type="CNAME", values=("alias.example.com",), ttl=60),
        record("alias.example.com", "one.example.com"),
    )
    assert probe(endpoint(fqdn="www.example.com"), setup(*chain), world()).success


@pytest.mark.parametrize(
    ("fqdn", "records", "message"),
    [
        pytest.param(
            "example.com",
            [record("example.com", "one.example.com", role="PRIMARY")],
            "routing policy",
            id="values: results will be unpredictable",
        ),
        pytest.param("elsewhere.example.org", [], "no name of ours", id="a name of others"),
        pytest.param(
            "five.example.com",
            [record("five.example.com", values=("192.0.2.5",), ttl=60)],
            "no alias",
            id="an address",
        ),
    ],
)
def test_a_check_of_what_the_model_does_not_know_is_an_error(
    fqdn: str, records: list[Any], message: str
) -> None:
    with pytest.raises(UnknownToTheModelError, match=message):
        probe(endpoint(fqdn=fqdn), setup(*records), world())


@pytest.mark.parametrize(
    ("there", "readable", "region", "success"),
    [
        pytest.param(True, True, {}, True, id="there"),
        pytest.param(False, True, {}, False, id="not there: 403"),
        pytest.param(True, False, {}, False, id="not for checkers: 403"),
        pytest.param(True, True, {"s3": False}, False, id="S3 is gone"),
        pytest.param(True, True, {"network": False}, False, id="the region is gone"),
    ],
)
def test_an_s3_object_is_served_where_it_is_and_checkers_may_read_it(
    there: bool, readable: bool, region: dict[str, Any], success: bool
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: without permission to
    list the bucket, a missing object gets a 403 like any refused request."""
    configured = setup(readable=frozenset({KEY} if readable else ()))
    objects = frozenset({KEY} if there else ())
    found = probe(of_object(), configured, world(RegionState(**region), objects=objects))
    assert found.success is success


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"fqdn": "a-bucket.s3.us-west-2.amazonaws.com"}, id="another region's S3"),
        pytest.param({"fqdn": "b-bucket.s3.eu-west-1.amazonaws.com"}, id="another's bucket"),
        pytest.param({"fqdn": "a-bucket.s3.amazonaws.com"}, id="the global endpoint"),
        pytest.param({"type": "HTTP", "port": 80}, id="plain HTTP"),
        pytest.param({"port": 80}, id="TLS at another port"),
    ],
)
def test_s3_asked_otherwise_is_unknown(settings: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html: a redirect would be a
    3xx, so healthy."""
    with pytest.raises(UnknownToTheModelError):
        probe(of_object(**settings), setup(), world())
