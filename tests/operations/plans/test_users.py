"""What a user is counted to see: by region, or as an error."""

import http.client
import http.server
import threading
from collections.abc import Iterator

import pytest

from operations.plans import users
from operations.plans.users import ELSEWHERE, NO_NAME, NO_PAGE, Seen, Users, open_page
from tests.synthesis import example

DOMAIN = "awspractice.space"
DNS = {
    DOMAIN: {"203.0.113.1"},
    f"ap-south-1.{DOMAIN}": {"203.0.113.1"},
    f"us-east-1.{DOMAIN}": {"198.51.100.1"},
}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Watched:
    """A user whose DNS and whose requests a test decides."""

    def __init__(self) -> None:
        self.dns, self.clock, self.error = dict(DNS), Clock(), ""
        self.asked: list[str] = []
        self.user = Users(
            example("mission"), lambda name: self.dns.get(name, set()), self.ask, clock=self.clock
        )

    def ask(self, scheme: str, domain: str, address: str) -> None:
        assert (scheme, domain) == ("https", DOMAIN)
        self.asked.append(address)
        if self.error:
            raise OSError(self.error)

    def second(self) -> None:
        self.user.note(*self.user.look(), 1.0)
        self.clock.now += 1


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_the_region_that_answers_is_counted(watched: Watched) -> None:
    watched.second()
    watched.second()
    assert watched.user.seen == Seen(2.0, {"ap-south-1": 2.0})


def test_an_answer_of_dns_is_kept_for_its_ttl(watched: Watched) -> None:
    watched.second()
    watched.dns[DOMAIN] = {"198.51.100.1"}
    for _ in range(61):
        watched.second()
    assert watched.user.seen.served == {"ap-south-1": 60.0, "us-east-1": 2.0}


def test_errors_and_the_longest_outage_are_counted(watched: Watched) -> None:
    for error in ("", "refused", "refused", "", "refused", ""):
        watched.error = error
        watched.second()
    seen = watched.user.seen
    assert (seen.unserved, seen.longest) == (3.0, 2.0)
    assert seen.errors == {"ap-south-1: refused": 3.0}


def test_without_an_answer_of_dns_nobody_is_asked(watched: Watched) -> None:
    watched.dns.clear()
    watched.second()
    assert watched.user.seen.errors == {NO_NAME: 1.0}
    assert watched.asked == []


def test_an_address_of_neither_region_is_told(watched: Watched) -> None:
    watched.dns[DOMAIN] = {"192.0.2.9"}
    watched.second()
    assert watched.user.seen.served == {ELSEWHERE: 1.0}


def test_runs_are_added_up() -> None:
    one = Seen(3, {"a": 2}, 1, {"x": 1})
    other = Seen(5, {"a": 1, "b": 2}, 2, {"x": 2})
    assert one + other == Seen(8, {"a": 3, "b": 2}, 2, {"x": 3})


def test_it_watches_in_a_thread_until_the_plan_is_over(watched: Watched) -> None:
    user = Users(example("mission"), lambda name: DNS.get(name, set()), watched.ask, every=0.001)
    with user:
        user.until_served_by("ap-south-1")
    assert user.seen.served["ap-south-1"] > 0
    assert "users" not in {one.name for one in threading.enumerate()}


@pytest.fixture
def server() -> Iterator[http.server.HTTPServer]:
    class Page(http.server.BaseHTTPRequestHandler):
        status = 200

        def do_GET(self) -> None:
            self.send_response(500 if self.headers["Host"] == "broken" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Page) as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def test_a_page_is_opened_at_the_address(
    server: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "HTTP", server.server_port)
    open_page("http", DOMAIN, "127.0.0.1")
    with pytest.raises(http.client.HTTPException, match="status 500"):
        open_page("http", "broken", "127.0.0.1")


def test_https_expects_the_domains_certificate(
    server: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "HTTPS", server.server_port)
    with pytest.raises(OSError, match="SSL"):
        open_page("https", DOMAIN, "127.0.0.1")


def test_an_aws_on_this_machine_has_no_pages(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said of what users would have seen, and nobody waits for them."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:40123")
    user = Users(example("mission"), lambda name: watched.dns.get(name, set()), clock=watched.clock)
    user.note(*user.look(), 1.0)
    assert user.seen == Seen(1.0, {}, 1.0, {NO_PAGE: 1.0})
    assert not user.seen.seen_any
    assert user.seen.blind == NO_PAGE
    user.until_served_by("us-east-1")
    assert watched.clock.now == 0
