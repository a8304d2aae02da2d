"""An authoritative DNS server on loopback that answers from the model of Route 53."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from proof.route53 import Answer, Configuration, Zone
from proof.route53.configuration import Record

LOOPBACK = "127.0.0.1"
FAMILIES = ("A", "AAAA")
# The SOA of negative answers. The zone's own in AWS says 86,400, of which resolvers use 900.
SOA = "ns.drill.invalid. hostmaster.drill.invalid. 1 7200 900 1209600 5"
SOA_TTL = 5


class Names:
    """Answers queries.

    addresses: those of each region's load balancer, by record type. zone: returns the current zone.
    compared: called on each address query with whether A and AAAA lead to the same region.
    """

    def __init__(
        self,
        configuration: Configuration,
        addresses: Mapping[str, Mapping[str, str]],
        zone: Callable[[], Zone],
        apex: str,
        *,
        compared: Callable[[bool], object] = bool,
    ) -> None:
        self._records = configuration.records
        self._addresses = addresses
        self._zone = zone
        self._apex = apex
        self._compared = compared

    def respond(self, wire: bytes) -> bytes | None:
        """The answer to a packet; None if the packet is not a query."""
        try:
            query = dns.message.from_wire(wire)
            (question,) = query.question
        except (dns.exception.DNSException, ValueError):
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        name = question.name.to_text(omit_final_dot=True).lower()
        asked = dns.rdatatype.to_text(question.rdtype)
        response.answer = self._answers(name, asked)
        if asked in FAMILIES:
            self._compare(name)
        if not response.answer:
            if not any(record.name == name for record in self._records):
                response.set_rcode(dns.rcode.NXDOMAIN)
            response.authority = [_rrset(self._apex, SOA_TTL, "SOA", SOA)]
        return response.to_wire()

    def _answers(self, name: str, type: str) -> list[dns.rrset.RRset]:
        """The answer's records, with any CNAMEs in front of what they lead to."""
        zone = self._zone()
        answer = zone.answer(name, type)
        if answer is None:
            return []
        alias = self._followed(name, zone, answer, type)
        if alias is None:
            values = [self._addresses[type][answer.region]] if answer.region else [*answer.values]
            return [_rrset(name, answer.ttl, type, *values)]
        (target,) = alias.values
        return [_rrset(name, alias.ttl or 0, "CNAME", f"{target}."), *self._answers(target, type)]

    def _followed(self, name: str, zone: Zone, answer: Answer, type: str) -> Record | None:
        """The CNAME that led to the answer, if any."""
        for record in self._records:
            if (record.name, record.type) == (name, "CNAME"):
                led = zone.answer(record.values[0], type)
                if led is not None and (led.region, led.values) == (answer.region, answer.values):
                    return record
        return None

    def _compare(self, name: str) -> None:
        """Compares both at the same moment; without an AAAA record there is nothing to compare."""
        zone = self._zone()
        older, newer = (zone.answer(name, family) for family in FAMILIES)
        if newer is not None:
            self._compared(older is not None and older.region == newer.region)

    def region_of(self, name: str) -> str | None:
        """The region whose load balancer the name's A record points to."""
        answer = self._zone().answer(name)
        return answer.region if answer else None


class NameServer(asyncio.DatagramProtocol):
    """Serves DNS over UDP."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    async def open(self) -> None:
        """Starts answering."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(LOOPBACK, 0))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        answer = self._names.respond(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _rrset(name: str, ttl: int, type: str, *values: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(dns.name.from_text(name), ttl, "IN", type, *values)
