"""The operator's DNS queries go to the zone's own name servers."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import pytest

from operations.switch import name_servers
from operations.switch.name_servers import NameServers

NAME = "primary-health.example.test."


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """A name server that knows one name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    asked, whom = one.recvfrom(512)
                except TimeoutError:
                    continue
                answer = dns.message.make_response(dns.message.from_wire(asked))
                answer.flags |= dns.flags.AA
                if answer.question[0].name.to_text() == NAME:
                    answer.answer.append(dns.rrset.from_text(NAME, 5, "IN", "A", "192.0.2.1"))
                one.sendto(answer.to_wire(), whom)

        thread = threading.Thread(target=serve)
        thread.start()
        yield one.getsockname()
        over.set()
        thread.join()


@pytest.fixture
def own(server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> NameServers:
    def made(zone: str) -> dns.resolver.Resolver:
        assert zone == "example.test"
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [server[0]], server[1]
        return resolver

    monkeypatch.setattr(name_servers, "_own_resolver", made)
    return NameServers("example.test")


def test_their_answer_is_taken(own: NameServers) -> None:
    assert own("primary-health.example.test") == {"192.0.2.1"}
    assert own.trouble == ""


def test_a_name_without_an_answer_has_a_reason(own: NameServers) -> None:
    assert own("standby-health.example.test") == set()
    assert own.trouble.startswith(
        "querying example.test's name servers failed: The DNS response does"
    )


def test_the_zones_own_are_asked_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's resolver is asked only who they are, not for records that it may drop."""
    asked: list[tuple[str, str]] = []
    known = {
        ("example.test", "NS"): ["ns-1.example.org.", "ns-2.example.org."],
        ("ns-1.example.org.", "A"): ["198.51.100.1"],
        ("ns-2.example.org.", "A"): ["198.51.100.2"],
    }

    def resolve(_: object, name: str, kind: object, **__: object) -> list[str]:
        asked.append((name, kind.name))  # pyright: ignore[reportAttributeAccessIssue]
        return known[asked[-1]]

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", lambda *_: None)
    own = name_servers._own_resolver("example.test")
    assert own.nameservers == ["198.51.100.1", "198.51.100.2"]
    assert set(asked) == set(known)


def test_without_any_resolver_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", none)
    nobody = NameServers("example.test")
    assert nobody("primary-health.example.test") == set()
    assert nobody.trouble.startswith("querying example.test's name servers failed: ")
