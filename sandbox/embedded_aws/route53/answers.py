"""What a name server of Route 53 answers."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportOptionalSubscript=false

from collections.abc import Collection
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset
from moto.route53.models import FakeZone, RecordSet

from modules.recovery_time import ALIAS_TTL
from sandbox.embedded_aws.refusals.route53_zones import find_balancer, plain
from sandbox.embedded_aws.route53 import balancers, hosted_zones
from sandbox.embedded_aws.route53.health import Health


@dataclass
class Found:
    """The sections of an answer."""

    answer: list[dns.rrset.RRset] = field(default_factory=list)
    authority: list[dns.rrset.RRset] = field(default_factory=list)
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    authoritative: bool = True


def respond(query: dns.message.Message, lost: Collection[str]) -> dns.message.Message:
    """The response to a query, while these regions are lost. Every name server answers for all
    hosted zones of all accounts, and refuses to answer for other names."""
    response = dns.message.make_response(query)
    found = Found(rcode=dns.rcode.NOTIMP, authoritative=False)
    if query.opcode() == dns.opcode.QUERY and len(query.question) == 1:
        asked = query.question[0]
        name = asked.name.to_text(omit_final_dot=True)
        try:
            found = find(name, dns.rdatatype.to_text(asked.rdtype), Health(lost))
        except hosted_zones.UnplayedError:
            found = Found(rcode=dns.rcode.SERVFAIL, authoritative=False)
    response.set_rcode(found.rcode)
    response.answer, response.authority = found.answer, found.authority
    if found.authoritative:
        response.flags |= dns.flags.AA
    return response


def find(name: str, kind: str, health: Health) -> Found:
    """Raises UnplayedError for a routing policy that is not played here."""
    zone = hosted_zones.zone_of(name)
    if zone is None:
        return Found(rcode=dns.rcode.REFUSED, authoritative=False)
    delegation = _delegation(zone, name)
    if delegation is not None and (plain(delegation.name), kind) != (plain(name), "DS"):
        return Found(authority=[_values(delegation.name, delegation)], authoritative=False)
    answer = _answer(zone, name, kind, health)
    if answer:
        return Found(answer)
    there = hosted_zones.exists(zone, name) or hosted_zones.records_of(zone, name)
    return Found(
        authority=[_values(zone.name, one) for one in _at(zone, zone.name, "SOA")],
        rcode=dns.rcode.NOERROR if there else dns.rcode.NXDOMAIN,
    )


def _delegation(zone: FakeZone, name: str) -> RecordSet | None:
    """The NS records below the zone's own that hand a name over to other name servers."""
    above = plain(name)
    while above and above != plain(zone.name):
        for record in _at(zone, above, "NS"):
            return record
        above = above.partition(".")[2]
    return None


def _answer(
    zone: FakeZone, name: str, kind: str, health: Health, links: int = hosted_zones.LONGEST_CHAIN
) -> list[dns.rrset.RRset]:
    """The records to answer with, with any CNAMEs in front of what they lead to."""
    records = _at(zone, name, kind) or _at(zone, name, "CNAME")
    if not records or not links:
        return []
    record = hosted_zones.chosen(records, health.of_record)
    if record.alias_target:
        return _alias(name, record, health, links)
    own = _values(name, record)
    if record.type != "CNAME" or kind == "CNAME":
        return [own]
    (target,) = hosted_zones.values(record)
    theirs = hosted_zones.zone_of(target)
    return [own, *(_answer(theirs, target, kind, health, links - 1) if theirs else [])]


def _alias(name: str, record: RecordSet, health: Health, links: int) -> list[dns.rrset.RRset]:
    """An alias answers as its target does, with the target's TTL, under its own name.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
    """
    target: str = record.alias_target["DNSName"]
    balancer = find_balancer(plain(target))
    if balancer is not None:
        found = balancers.addresses(balancer, record.type)
        return [_rrset(name, ALIAS_TTL, record.type, found)] if found else []
    zone = hosted_zones.zone_of(target)
    behind = _answer(zone, target, record.type, health, links - 1) if zone else []
    return [
        _rrset(
            name if plain(str(one.name)) == plain(target) else str(one.name), one.ttl, kind, all_
        )
        for one in behind
        for kind, all_ in [(dns.rdatatype.to_text(one.rdtype), [value.to_text() for value in one])]
    ]


def _at(zone: FakeZone, name: str, kind: str) -> list[RecordSet]:
    return [one for one in hosted_zones.records_of(zone, name) if one.type == kind]


def _values(name: str, record: RecordSet) -> dns.rrset.RRset:
    return _rrset(name, int(record.ttl), record.type, hosted_zones.values(record))


def _rrset(name: str, ttl: int, kind: str, values: Collection[str]) -> dns.rrset.RRset:
    """Names in values are absolute, with or without the last dot."""
    owner = dns.name.from_text(name)
    return dns.rrset.from_text_list(
        owner, ttl, "IN", kind, values, origin=dns.name.root, relativize=False
    )
