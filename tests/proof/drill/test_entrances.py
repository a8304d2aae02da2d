"""What a load balancer answers on its ports, according to the emitted stacks."""

import copy
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from proof.drill.entrances import (
    Entrance,
    Redirect,
    Tls,
    read_entrances,
    redirected,
)
from proof.drill.reading import Emitted
from proof.route53 import UnknownToTheModelError
from tests.conftest import Synthesised

KEPT = Redirect(HTTPStatus.MOVED_PERMANENTLY, "HTTPS", "#{host}", "443", "/#{path}", "#{query}")
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def resources(mission: Synthesised) -> dict[str, Any]:
    return copy.deepcopy(mission.stacks["primary"].json["resource"])


@pytest.mark.parametrize(("role", "region"), [("primary", "ap-south-1"), ("dr", "us-east-1")])
def test_https_serves_and_http_leads_there(
    emitted: Callable[[str], Emitted], mission: Synthesised, role: Any, region: str
) -> None:
    http, https = emitted("mission").regions[role].entrances
    assert http == Entrance(80, None, KEPT)
    names = ("awspractice.space", f"{region}.awspractice.space")
    policy = mission.stacks[role].json["resource"]["aws_lb_listener"]["https_listener"]
    assert https == Entrance(443, Tls(names, policy["ssl_policy"]), None)
    assert emitted("mission").url == "https://awspractice.space/"


def test_without_tls_there_is_http_alone(plain: Emitted) -> None:
    assert plain.regions["primary"].entrances == (Entrance(80, None, None),)
    assert plain.url == "http://awspractice.space/"


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/", "https://example.com:443/"),
        ("/a/b%20c", "https://example.com:443/a/b%20c"),
        ("/a?b=c&d", "https://example.com:443/a?b=c&d"),
    ],
)
def test_a_redirect_keeps_what_was_asked_for(target: str, location: str) -> None:
    head = f"GET {target} HTTP/1.1\r\nConnection: close\r\nHOST: example.com:80\r\n\r\n"
    answer = redirected(KEPT, head.encode(), Entrance(80, None, KEPT)).decode()
    assert answer.startswith("HTTP/1.1 301 Moved Permanently\r\n")
    assert f"\r\nLocation: {location}\r\n" in answer


def test_a_redirect_may_change_everything() -> None:
    other = Redirect(HTTPStatus.FOUND, "#{protocol}", "www.#{host}", "#{port}", "/x/#{path}", "y")
    asked = {"protocol": "http", "host": "a.b", "port": "80", "path": "p", "query": "q"}
    assert other.location(asked) == "http://www.a.b:80/x/p?y"


def rule(resources: dict[str, Any]) -> None:
    resources["aws_lb_listener_rule"] = {"rule": {}}


def further_certificate(resources: dict[str, Any]) -> None:
    resources["aws_lb_listener_certificate"] = {"certificate": {}}


def fixed_response(resources: dict[str, Any]) -> None:
    resources["aws_lb_listener"]["http_listener"]["default_action"][0]["type"] = "fixed-response"


def mutual(resources: dict[str, Any]) -> None:
    resources["aws_lb_listener"]["https_listener"]["mutual_authentication"] = {"mode": "verify"}


def imported(resources: dict[str, Any]) -> None:
    resources["aws_iam_server_certificate"] = {"certificate": {}}
    arn = "${aws_iam_server_certificate.certificate.arn}"
    resources["aws_lb_listener"]["https_listener"]["certificate_arn"] = arn


@pytest.mark.parametrize("change", [rule, further_certificate, fixed_response, mutual, imported])
def test_what_the_drill_does_not_play_is_an_error(
    resources: dict[str, Any], change: Change
) -> None:
    read_entrances(resources)
    change(resources)
    with pytest.raises(UnknownToTheModelError):
        read_entrances(resources)
