"""What a user does with a URL, with a real load balancer on loopback."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from proof.drill.journal import Journal, Request
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.users import Pages, User, Web
from tests.proof.drill.conftest import ADDRESS, Bench, run, target

DOMAIN = "awspractice.space"
HTTP, HTTPS = f"http://{DOMAIN}/", f"https://{DOMAIN}/"


class Resolver:
    """Resolves every name to the load balancer, and records the queries."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def resolve(self, name: str, type: str, *, raise_on_no_answer: bool = True) -> list[str]:
        self.asked.append((name, type))
        if type == "AAAA":
            assert not raise_on_no_answer
            return []
        return [ADDRESS]


class Nobody(Resolver):
    async def resolve(self, *_: Any, **__: Any) -> list[str]:
        raise dns.resolver.NXDOMAIN


def one_request(
    region: EmittedRegion, folder: Path, url: str, resolver: Any = None, page: str = "page"
) -> Request:
    """A user's first request, with one target serving the page."""
    found: list[Request] = []

    async def what(bench: Bench) -> None:
        journal = Journal(bench.clock)
        pages = Pages({"primary": "page", "dr": "other"}, {"primary": [ADDRESS], "dr": []})
        web = Web(bench.ports, bench.authority.user())
        resolving: Any = resolver or Resolver()
        user = User(0, resolving, url=url, web=web, pages=pages, journal=journal)
        async with target(200, page) as port:
            bench.balancer.register("one", port)
            asking = asyncio.create_task(user.run(0))
            await bench.clock.until(lambda: bool(journal.requests), 20)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)  # closes its connection
        found.append(journal.requests[0])

    run(region, folder, what)
    return found[0]


@pytest.fixture
def region(emitted: Callable[[str], Emitted]) -> EmittedRegion:
    return emitted("mission").regions["primary"]


def outcome(request: Request) -> tuple[str | None, str, int, bool]:
    return request.served, request.outcome, request.redirects, request.secure


def test_https_is_served_at_once(region: EmittedRegion, tmp_path: Path) -> None:
    resolver = Resolver()
    request = one_request(region, tmp_path, HTTPS, resolver)
    assert outcome(request) == ("primary", "served", 0, True)
    assert sorted(resolver.asked[:2]) == [(DOMAIN, "A"), (DOMAIN, "AAAA")]


def test_http_is_led_to_https(region: EmittedRegion, tmp_path: Path) -> None:
    assert outcome(one_request(region, tmp_path, HTTP)) == ("primary", "served", 1, True)


def test_http_that_serves_is_not_secure(region: EmittedRegion, tmp_path: Path) -> None:
    """The drill's own sabotage: what a listener without its redirect does to users."""
    opened = tuple(replace(one, redirect=None) for one in region.entrances)
    request = one_request(replace(region, entrances=opened), tmp_path, HTTP)
    assert outcome(request) == ("primary", "served", 0, False)


def test_without_tls_http_serves(plain: Emitted, tmp_path: Path) -> None:
    request = one_request(plain.regions["primary"], tmp_path, plain.url)
    assert outcome(request) == ("primary", "served", 0, False)


def test_a_redirect_in_circles_ends(region: EmittedRegion, tmp_path: Path) -> None:
    (redirect,) = (one.redirect for one in region.entrances if one.redirect)
    circle = tuple(
        replace(one, redirect=replace(redirect, protocol="HTTP", port="80"))
        for one in region.entrances
    )
    request = one_request(replace(region, entrances=circle), tmp_path, HTTP)
    assert request.outcome == "too many redirects"


def test_a_redirect_to_nowhere_fails(region: EmittedRegion, tmp_path: Path) -> None:
    nowhere = tuple(
        replace(one, redirect=one.redirect and replace(one.redirect, port="8443"))
        for one in region.entrances
    )
    request = one_request(replace(region, entrances=nowhere), tmp_path, HTTP)
    assert (request.served, request.outcome) == (None, "nobody listens on port 8443")


def test_a_wrong_certificate_is_a_failed_request(region: EmittedRegion, tmp_path: Path) -> None:
    wrong = tuple(
        replace(one, tls=one.tls and replace(one.tls, names=("other.example",)))
        for one in region.entrances
    )
    request = one_request(replace(region, entrances=wrong), tmp_path, HTTP)
    assert request.served is None
    assert request.outcome.startswith("TLS: Hostname mismatch")


def test_a_page_of_nobodys_is_a_failed_request(region: EmittedRegion, tmp_path: Path) -> None:
    request = one_request(region, tmp_path, HTTPS, page="hacked")
    assert (request.served, request.outcome) == (None, "an unexpected page")


def test_a_name_that_is_not_there_is_a_failed_request(
    region: EmittedRegion, tmp_path: Path
) -> None:
    request = one_request(region, tmp_path, HTTPS, Nobody())
    assert (request.served, request.outcome) == (None, "no answer from DNS")


def test_of_a_release_any_page_is_right_where_it_comes_from() -> None:
    pages = Pages(None, {"primary": ["127.0.1.1"], "dr": ["127.0.2.1"]})
    assert pages.served(200, b"anything", "127.0.2.1") == ("dr", "served")
    assert pages.served(200, b"", "127.0.1.1") == ("primary", "served")
    assert pages.served(502, b"", "127.0.1.1") == (None, "HTTP 502")
    assert pages.served(200, b"", "127.0.9.1") == (None, "an unexpected page")
