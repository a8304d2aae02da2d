"""A listener on loopback that can be lost: new connections then hang, as they would with an
unreachable region, instead of being refused."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


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
        self._open: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Starts accepting connections."""
        self._fill_no_more()
        self._server = await asyncio.start_server(
            self._serve, self.address, self.port, ssl=self._tls
        )

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
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:  # lost during the handshake
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            await self._handler(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()

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
