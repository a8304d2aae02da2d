"""An authoritative DNS server on loopback, which answers by the model of Route 53."""

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
# The types of addresses.
FAMILIES = ("A", "AAAA")
# Of what there is not; the zone's own in AWS says 86,400, of which resolvers take 900.
SOA = "ns.drill.invalid. hostmaster.drill.invalid. 1 7200 900 1209600 5"
SOA_TTL = 5


class Names:
    """Answers questions. addresses: by their type, of each region's load balancer. zone: as it is
    just now. compared: is told whether A and AAAA lead to one region, when somebody asks."""

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
        """The answer to a packet; None where that is no question."""
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
        """CNAMEs as records of their own, in front of what they lead to."""
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
        """The CNAME that the answer came through, if it is one's."""
        for record in self._records:
            if (record.name, record.type) == (name, "CNAME"):
                led = zone.answer(record.values[0], type)
                if led is not None and (led.region, led.values) == (answer.region, answer.values):
                    return record
        return None

    def _compare(self, name: str) -> None:
        """At one moment; where there is no AAAA record, nobody is led anywhere by it."""
        zone = self._zone()
        older, newer = (zone.answer(name, family) for family in FAMILIES)
        if newer is not None:
            self._compared(older is not None and older.region == newer.region)

    def region_of(self, name: str) -> str | None:
        """Whose load balancer the name's A record is now."""
        answer = self._zone().answer(name)
        return answer.region if answer else None


class NameServer(asyncio.DatagramProtocol):
    """UDP on loopback."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    async def open(self) -> None:
        """Answers from now on."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(LOOPBACK, 0))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's."""
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """asyncio's."""
        answer = self._names.respond(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def close(self) -> None:
        """Answers no more."""
        if self._transport is not None:
            self._transport.close()


def _rrset(name: str, ttl: int, type: str, *values: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(dns.name.from_text(name), ttl, "IN", type, *values)
