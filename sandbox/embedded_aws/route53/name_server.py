"""A name server on loopback, over UDP and TCP."""

import socketserver
import struct
import threading
from collections.abc import Callable
from typing import cast

import dns.exception
import dns.flags
import dns.message

LOOPBACK = "127.0.0.1"
# Bytes that everybody takes by UDP: https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.4
PLAIN_UDP = 512
LENGTH = struct.Struct("!H")
# Bytes that this length allows by TCP, whatever a client takes by UDP.
LONGEST = 0xFFFF
# Seconds that a TCP client may take to say what it wants.
PATIENCE = 5

Respond = Callable[[dns.message.Message], dns.message.Message]
"""Answers a query."""


def serve_names(respond: Respond, attempts: int = 10) -> str:
    """Answers in threads that end with the process. Returns where, as in 127.0.0.1:5300: a port
    that is free for UDP and for TCP. Raises OSError if there is none in so many attempts."""
    udp = _Udp((LOOPBACK, 0), _UdpHandler)
    port = udp.server_address[1]
    try:
        tcp = _Tcp((LOOPBACK, port), _TcpHandler)
    except OSError:
        udp.server_close()
        if attempts == 1:
            raise
        return serve_names(respond, attempts - 1)
    for server in (udp, tcp):
        server.respond = respond
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{LOOPBACK}:{port}"


class _Udp(socketserver.UDPServer):
    respond: Respond


class _Tcp(socketserver.ThreadingTCPServer):
    respond: Respond
    daemon_threads = True


class _UdpHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        asked, answering = self.request
        query = _read(asked)
        if query is not None:
            answer = cast("_Udp", self.server).respond(query)
            most = max(query.payload, PLAIN_UDP)
            answering.sendto(_whole_or_truncated(answer, most), self.client_address)


class _TcpHandler(socketserver.StreamRequestHandler):
    timeout = PATIENCE

    def handle(self) -> None:
        """Any number of queries, each behind its length:
        https://datatracker.ietf.org/doc/html/rfc7766#section-8"""
        try:
            while head := self.rfile.read(LENGTH.size):
                query = _read(self.rfile.read(*LENGTH.unpack(head)))
                if query is None:
                    return
                wire = cast("_Tcp", self.server).respond(query).to_wire(max_size=LONGEST)
                self.wfile.write(LENGTH.pack(len(wire)) + wire)
        except (OSError, struct.error):
            return  # the client is gone, or says nothing


def _read(wire: bytes) -> dns.message.Message | None:
    """None if it is no query."""
    try:
        query = dns.message.from_wire(wire)
    except (dns.exception.DNSException, ValueError):
        return None
    return None if query.flags & dns.flags.QR else query


def _whole_or_truncated(answer: dns.message.Message, most: int) -> bytes:
    """What does not fit makes the client ask again by TCP."""
    try:
        return answer.to_wire(max_size=most)
    except dns.exception.TooBig:
        answer.flags |= dns.flags.TC
        answer.answer, answer.authority, answer.additional = [], [], []
        return answer.to_wire()
