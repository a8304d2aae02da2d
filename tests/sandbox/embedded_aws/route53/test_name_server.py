"""A name server on loopback: real queries, by UDP and TCP."""

import socket
import socketserver

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rrset
import pytest

from sandbox.embedded_aws.route53.name_server import LOOPBACK, serve_names

# Seconds.
SOON = 5


def answer(query: dns.message.Message) -> dns.message.Message:
    """As many addresses as the name's first label says."""
    response = dns.message.make_response(query)
    name = query.question[0].name
    values = [f"192.0.2.{one}" for one in range(int(name[0]))]
    response.answer = [dns.rrset.from_text(name, 5, "IN", "A", *values)]
    return response


@pytest.fixture(scope="module")
def port() -> int:
    return int(serve_names(answer).rpartition(":")[2])


def question(count: int, *, edns: int = 0) -> dns.message.Message:
    return dns.message.make_query(f"{count}.example", "A", use_edns=0 if edns else -1, payload=edns)


def test_it_answers_by_udp_and_by_tcp(port: int) -> None:
    for ask in (dns.query.udp, dns.query.tcp):
        assert len(ask(question(3), LOOPBACK, port=port, timeout=SOON).answer[0]) == 3


@pytest.mark.parametrize(("edns", "truncated"), [(0, True), (4096, False)])
def test_what_does_not_fit_is_asked_for_again_by_tcp(
    port: int, edns: int, *, truncated: bool
) -> None:
    query = question(100, edns=edns)
    found, by_tcp = dns.query.udp_with_fallback(query, LOOPBACK, port=port, timeout=SOON)
    assert len(found.answer[0]) == 100
    assert by_tcp is truncated


def test_what_a_client_takes_by_udp_is_no_limit_by_tcp(port: int) -> None:
    found, by_tcp = dns.query.udp_with_fallback(
        question(100, edns=1232), LOOPBACK, port=port, timeout=SOON
    )
    assert by_tcp
    assert len(found.answer[0]) == 100


def test_several_queries_on_one_connection(port: int) -> None:
    with socket.create_connection((LOOPBACK, port), timeout=SOON) as one:
        for count in (1, 2):
            found = dns.query.tcp(question(count), LOOPBACK, sock=one, timeout=SOON)
            assert len(found.answer[0]) == count


def test_what_is_no_query_has_no_answer(port: int) -> None:
    response = question(1)
    response.flags |= dns.flags.QR
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(0.1)
        for wire in (b"", b"nonsense", response.to_wire()):
            one.sendto(wire, (LOOPBACK, port))
        with pytest.raises(TimeoutError):
            one.recv(512)
    assert dns.query.udp(question(1), LOOPBACK, port=port, timeout=SOON).answer


def test_it_looks_for_a_port_that_is_free_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    bind, tried = socketserver.TCPServer.server_bind, list[int]()

    def taken_at_first(self: socketserver.TCPServer) -> None:
        tried.append(self.server_address[1])
        if len(tried) < 3:
            raise OSError("taken")
        bind(self)

    only_tcp = socketserver.ThreadingTCPServer
    monkeypatch.setattr(only_tcp, "server_bind", taken_at_first, raising=False)
    with pytest.raises(OSError, match="taken"):
        serve_names(answer, attempts=2)
    assert serve_names(answer) == f"{LOOPBACK}:{tried[-1]}"
