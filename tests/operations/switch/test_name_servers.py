"""The operator's DNS queries go to the zone's own name servers, or to one resolver by name."""

from collections.abc import Iterator

import dns.resolver
import pytest

from operations.switch import name_servers
from operations.switch.name_servers import (
    Answer,
    NameServers,
    asking,
    here,
    resolver_at,
    server_at,
    usual_resolver,
)
from terminal.errors import OperationError
from tests.dns_server import name_server, silent_server

NAME = "primary-health.example.test"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "FAILOVER_NAME_SERVERS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[str]:
    """Knows one name."""
    with name_server({NAME: {"192.0.2.1"}}) as one:
        yield one


@pytest.fixture
def own(server: str, monkeypatch: pytest.MonkeyPatch) -> NameServers:
    monkeypatch.setenv("FAILOVER_NAME_SERVERS", server)
    return NameServers("example.test")


def test_their_answer_is_taken(own: NameServers) -> None:
    assert own(NAME) == {"192.0.2.1"}
    assert own.trouble == ""
    assert own.ask(NAME) == Answer(frozenset({"192.0.2.1"}), ttl=5)


def test_a_name_without_an_answer_has_a_reason(own: NameServers) -> None:
    assert own("standby-health.example.test") == set()
    assert own.trouble.startswith("querying example.test's name servers failed: The DNS query name")


def test_silence_is_told_in_a_few_words(own: NameServers, monkeypatch: pytest.MonkeyPatch) -> None:
    """dnspython repeats each attempt, which would fill a screen."""

    def silence(*_: object, **__: object) -> None:
        raise dns.resolver.LifetimeTimeout(timeout=5.4, errors=[])

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", silence)
    assert own(NAME) == set()
    assert own.trouble == "no answer of example.test's name servers in 5 s"


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
    assert nobody(NAME) == set()
    assert nobody.trouble.startswith("querying example.test's name servers failed: ")


def test_nobody_on_the_internet_is_asked_about_an_aws_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its deployment may have the names of a real one."""

    def resolve(*_: object, **__: object) -> None:
        pytest.fail("a query left the machine")

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:40123")
    own = NameServers("example.test")
    assert own(NAME) == set()
    assert own.trouble.startswith("not asked: AWS_ENDPOINT_URL leads to this machine")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:40123", True),
        ("http://localhost:4566", True),
        ("http://[::1]:4566", True),
        ("https://vpce-1.ec2.us-east-1.vpce.amazonaws.com", False),
        ("", False),
    ],
)
def test_which_aws_is_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, url: str, *, local: bool
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    assert here() is local


def test_an_aws_on_this_machine_answers_for_itself(
    monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", lambda *_: None)
    assert usual_resolver().nameservers == []
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:40123")
    with pytest.raises(OperationError, match=r"eval .* sets it"):
        usual_resolver()
    monkeypatch.setenv("FAILOVER_NAME_SERVERS", server)
    assert [str(one) for one in usual_resolver().resolve(NAME, "A")] == ["192.0.2.1"]


def test_a_single_resolver_answers(server: str) -> None:
    assert resolver_at(server)(NAME) == Answer(frozenset({"192.0.2.1"}), ttl=5)


def test_a_dead_resolver_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_servers, "TIMEOUT", 0.05)
    monkeypatch.setattr(name_servers, "LIFETIME", 0.1)
    with silent_server() as dead, pytest.raises(OperationError, match=r"no answer in 0\.1 s"):
        resolver_at(dead)(NAME)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("1.1.1.1", "Do53:1.1.1.1@53"),
        ("127.0.0.1:5300", "Do53:127.0.0.1@5300"),
        ("2606:4700:4700::1111", "Do53:2606:4700:4700::1111@53"),
        ("[::1]:5300", "Do53:::1@5300"),
    ],
)
def test_a_server_by_its_address(text: str, server: str) -> None:
    assert str(server_at(text)) == server


@pytest.mark.parametrize("text", ["", "dns.google", "1.1.1", "1.1.1.1:dns", "1.1.1.1:70000"])
def test_what_is_no_address_is_a_mistake(text: str) -> None:
    with pytest.raises(OperationError, match="is no name server's address, such as 1"):
        server_at(text)


def test_any_lookup_can_be_asked() -> None:
    ask = asking(lambda name: {"192.0.2.1"} if name == NAME else set())
    assert ask(NAME) == Answer(frozenset({"192.0.2.1"}), ttl=0)
    with pytest.raises(OperationError, match=r"elsewhere\.test has no answer"):
        ask("elsewhere.test")
