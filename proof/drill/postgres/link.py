"""A TCP proxy that plays the distance between two regions: it delays, and can be cut and mended."""

import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from proof.drill.web_server import LOOPBACK

CHUNK = 1 << 16
CONNECT_TIMEOUT = 5
# Real seconds between two looks at a clock, which may not be the real one.
LOOK = 0.005
Due = tuple[float, bytes]


class Link:
    """How one region reaches a port of the other. Opens at once.

    target: the other region's port on loopback. delay: seconds that each byte takes, one way.
    now: the clock of these seconds.
    """

    def __init__(
        self, target: int, delay: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.delay = delay
        self.now = now
        self.carried = 0
        """Bytes that arrived, both ways."""
        self._target = target
        self._counting = threading.Lock()
        self._whole = threading.Event()
        self._whole.set()
        self._closed = threading.Event()
        self._pairs: set[_Pair] = set()
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def is_cut(self) -> bool:
        return not self._whole.is_set()

    def cut(self) -> None:
        """Lets nothing through, as a network partition does: neither side is told. What is on its
        way waits, as TCP sends it again later."""
        self._whole.clear()

    def mend(self) -> None:
        """Ends a cut."""
        self._whole.set()

    def drop(self) -> None:
        """Ends all connections with what is on its way: nobody is left to send it again."""
        with self._counting:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            pair.close()

    def close(self) -> None:
        """Ends everything."""
        self._closed.set()
        self._whole.set()
        with suppress(OSError):  # wakes up whoever accepts
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def arrived(self, number: int) -> None:
        """Counts bytes."""
        with self._counting:
            self.carried += number

    def wait(self, due: float) -> None:
        """Until a moment, and for as long as the link is cut."""
        while (left := due - self.now()) > 0 and not self._closed.is_set():
            time.sleep(min(left, LOOK))
        self._whole.wait()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        """A connection takes a round trip, and none is made through a cut link."""
        self.wait(self.now() + 2 * self.delay)
        try:
            far = socket.create_connection((LOOPBACK, self._target), CONNECT_TIMEOUT)
            far.settimeout(None)
        except OSError:
            near.close()
            return
        pair = _Pair(self, near, far)
        with self._counting:
            self._pairs.add(pair)
        if self._closed.is_set():
            pair.close()
        pair.carry()
        with self._counting:
            self._pairs.discard(pair)


class _Pair:
    """A connection's two sides."""

    def __init__(self, link: Link, near: socket.socket, far: socket.socket) -> None:
        self._link = link
        self._near, self._far = near, far
        self._dropped = threading.Event()

    def carry(self) -> None:
        """Carries bytes both ways until both sides have ended, or it is dropped."""
        ways = [(self._near, self._far), (self._far, self._near)]
        threads: list[threading.Thread] = []
        for source, sink in ways:
            due: queue.SimpleQueue[Due] = queue.SimpleQueue()
            threads += [
                threading.Thread(target=self._take, args=(source, due), daemon=True),
                threading.Thread(target=self._give, args=(sink, due), daemon=True),
            ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._near.close()
        self._far.close()

    def close(self) -> None:
        """Ends both sides at once."""
        self._dropped.set()
        for side in (self._near, self._far):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _take(self, source: socket.socket, due: "queue.SimpleQueue[Due]") -> None:
        """Dates whatever comes in; nothing is the end."""
        while True:
            try:
                data = source.recv(CHUNK)
            except OSError:
                data = b""
            due.put((self._link.now() + self._link.delay, data))
            if not data:
                return

    def _give(self, sink: socket.socket, due: "queue.SimpleQueue[Due]") -> None:
        """Hands on what is due. The end of one way is the end of that way alone."""
        while True:
            at, data = due.get()
            if not self._dropped.is_set():
                self._link.wait(at)
            if self._dropped.is_set() or not data:
                break
            self._link.arrived(len(data))
            try:
                sink.sendall(data)
            except OSError:
                self.close()
                break
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
