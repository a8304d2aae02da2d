"""A listener on loopback that can be lost: new connections then hang, as they would with an
unreachable region, instead of being refused."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

# Turns of the event loop from a connection's arrival to the first step of its handshake. asyncio
# leaves a connection open that ends in between.
TURNS_UNTIL_HANDSHAKE = 5


class _Protocol(asyncio.StreamReaderProtocol):
    def eof_received(self) -> bool:
        """Closes what the client has closed. asyncio's own does so too with TLS, but learns of TLS
        a moment too late, and then warns."""
        super().eof_received()
        return False


class PortListener:
    """Accepts connections, or leaves them hanging. tls: the context for HTTPS."""

    def __init__(
        self, address: str, port: int, handler: Handler, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.address = address
        self.port = port
        self._tls = tls
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._black_hole: list[socket.socket] = []
        self._open: dict[asyncio.WriteTransport, asyncio.Task[None]] = {}

    async def open(self) -> None:
        """Starts accepting connections."""
        self._fill_no_more()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self.address, self.port)

    async def lose(self) -> None:
        """Drops open connections, and leaves every new one hanging.

        The kernel drops connection attempts while a listener's queue is full. With a backlog of 0,
        a single unaccepted connection fills it.
        """
        await self.close()
        hole = self._socket()
        hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        hole.bind((self.address, self.port))
        hole.listen(0)
        filler = self._socket()
        filler.connect_ex((self.address, self.port))

    async def close(self) -> None:
        self._fill_no_more()
        server, self._server = self._server, None
        if server is not None:
            for one in server.sockets:
                asyncio.get_running_loop().remove_reader(one)
            for _ in range(TURNS_UNTIL_HANDSHAKE):
                await asyncio.sleep(0)
            server.close()
        for accepted in self._open:
            accepted.abort()

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(asyncio.StreamReader(), self._connected)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Makes a connection known from its first moment, so that close() misses none."""
        if self._server is None:
            writer.transport.abort()
            return
        if self._tls is not None:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
        self._open[writer.transport] = asyncio.create_task(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, accepted: asyncio.StreamWriter) -> None:
        writer = None
        try:
            writer = await self._secured(reader, accepted)
            if writer is not None:
                await self._handler(reader, writer)
        finally:
            del self._open[accepted.transport]
            (writer or accepted).close()

    async def _secured(
        self, reader: asyncio.StreamReader, accepted: asyncio.StreamWriter
    ) -> asyncio.StreamWriter | None:
        """The connection after the TLS handshake, if there is to be one. None if that fails: the
        client has gone, or does not trust the certificate, or the listener is lost."""
        if self._tls is None:
            return accepted
        loop, protocol = asyncio.get_running_loop(), accepted.transport.get_protocol()
        try:
            secured = await loop.start_tls(
                accepted.transport, protocol, self._tls, server_side=True
            )
        except OSError:
            return None
        # None, whatever its type says, if the connection was aborted meanwhile.
        return asyncio.StreamWriter(secured, protocol, reader, loop) if secured else None

    def _socket(self) -> socket.socket:
        new = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        new.setblocking(False)
        self._black_hole.append(new)
        return new

    def _fill_no_more(self) -> None:
        while self._black_hole:
            self._black_hole.pop().close()


def common_port(addresses: list[str]) -> int:
    """A port that is free on all of these addresses. Raises OSError if one of them is not an
    address of this machine."""
    for _ in range(50):
        with socket.create_server((addresses[0], 0)) as first:
            port: int = first.getsockname()[1]
            try:
                for address in addresses[1:]:
                    socket.create_server((address, port)).close()
            except OSError:
                continue
            return port
    raise OSError(
        f"no port is free on {', '.join(addresses)}, or one of them is not an address of this host"
    )
