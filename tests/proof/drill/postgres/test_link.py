"""The distance: it delays, holds back, and drops."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from proof.drill.postgres.link import Link

DELAY = 0.05


@pytest.fixture
def link() -> Iterator[Link]:
    """To a server that sends back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))

    def echo(one: socket.socket) -> None:
        with one:
            while data := one.recv(1 << 16):
                one.sendall(data)

    def serve() -> None:
        with server:
            while True:
                one, _ = server.accept()
                if not running.is_set():
                    one.close()
                    return
                threading.Thread(target=echo, args=(one,), daemon=True).start()

    running = threading.Event()
    running.set()
    serving = threading.Thread(target=serve)
    serving.start()
    port = server.getsockname()[1]
    with closing(Link(port, DELAY)) as made:
        yield made
    running.clear()
    socket.create_connection(("127.0.0.1", port)).close()
    serving.join()


def connected(link: Link) -> socket.socket:
    return socket.create_connection(("127.0.0.1", link.port), 5)


def sent_back(one: socket.socket, data: bytes) -> float:
    """The seconds until all of it has come back."""
    began, missing = time.monotonic(), len(data)
    one.sendall(data)
    while missing:
        got = one.recv(missing)
        assert got
        missing -= len(got)
    return time.monotonic() - began


def test_each_way_takes_the_delay(link: Link) -> None:
    with connected(link) as one:
        first = sent_back(one, b"x")
        again = sent_back(one, b"y" * 500_000)
    assert 4 * DELAY <= first < 4 * DELAY + 1, "to connect is a round trip too"
    assert 2 * DELAY <= again < 2 * DELAY + 1, "however much there is"
    assert link.carried == 2 * 500_001


def test_what_a_cut_holds_back_arrives_once_it_is_mended(link: Link) -> None:
    with connected(link) as one:
        sent_back(one, b"x")
        link.cut()
        one.settimeout(4 * DELAY)
        one.sendall(b"later")
        with pytest.raises(TimeoutError):
            one.recv(1)
        link.mend()
        one.settimeout(5)
        assert one.recv(5) == b"later"


def test_nobody_connects_through_a_cut(link: Link) -> None:
    link.cut()
    with connected(link) as one:
        one.settimeout(4 * DELAY)
        one.sendall(b"x")
        with pytest.raises(TimeoutError):
            one.recv(1)
        assert link.is_cut
        link.mend()
        one.settimeout(5)
        assert one.recv(1) == b"x"


def test_what_is_dropped_never_arrives(link: Link) -> None:
    with connected(link) as one, connected(link) as other:
        sent_back(one, b"x")
        sent_back(other, b"x")
        carried = link.carried
        one.sendall(b"lost")
        link.drop()
        for each in (one, other):
            assert each.recv(1) == b""
    with connected(link) as one:
        sent_back(one, b"new")
    assert link.carried == carried + 2 * len("new")


def test_an_end_is_carried_too(link: Link) -> None:
    with connected(link) as one:
        one.sendall(b"last")
        one.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: one.recv(9), b"")) == b"last"


def test_where_nobody_listens_the_connection_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with closing(Link(port, 0)) as link, connected(link) as one:
        assert one.recv(1) == b""
