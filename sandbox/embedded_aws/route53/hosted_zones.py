"""The hosted zones of all accounts, as name servers read them."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from collections.abc import Callable

from moto.route53.models import FakeZone, RecordSet, route53_backends

from sandbox.embedded_aws.refusals.route53_zones import PARTITION, find_balancer, lies_in, plain
from sandbox.route53 import rules

POLICIES = ("weight", "region", "geo_location", "multi_value_answer")
# More links than any chain of aliases and CNAMEs here has; a loop has no end.
LONGEST_CHAIN = 8


class UnplayedError(NotImplementedError):
    """A routing policy that is not played here."""


def zone_of(name: str) -> FakeZone | None:
    """The public hosted zone that a name lies in: of several, the most specific."""
    found = [
        zone
        for accounts in route53_backends.values()
        for zone in accounts[PARTITION].zones.values()
        if not zone.private_zone and lies_in(name, zone.name)
    ]
    return max(found, key=lambda zone: len(plain(zone.name)), default=None)


def records_of(zone: FakeZone, name: str) -> list[RecordSet]:
    """The records of a name, or else of the wildcard that covers it.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html#domain-name-format-asterisk
    """
    found = [one for one in zone.rrsets if _plain(one.name) == plain(name)]
    if found or exists(zone, name):
        return found
    above = plain(name)
    while above and not exists(zone, above):
        above = above.partition(".")[2]
    return [one for one in zone.rrsets if _plain(one.name) == f"*.{above}"]


def exists(zone: FakeZone, name: str) -> bool:
    """Whether a name has records, or is above one that has."""
    return any(lies_in(one.name, name) for one in zone.rrsets)


def values(record: RecordSet) -> list[str]:
    """As they would be written in a zone file; moto keeps some as it was told them."""
    return [one["Value"] if isinstance(one, dict) else one for one in record.records]


def chosen(records: list[RecordSet], healthy: Callable[[RecordSet], bool]) -> RecordSet:
    """The one to answer with, of records of the same name and type. healthy: whether one may be
    used. Raises UnplayedError for routing policies other than simple and failover."""
    if any(getattr(one, policy) is not None for one in records for policy in POLICIES):
        raise UnplayedError(f"the routing policy of {records[0].name}")
    by_role = {one.failover: one for one in records if one.failover is not None}
    return rules.chosen(by_role, healthy) if by_role else records[0]


def balancer_behind(name: str, links: int = LONGEST_CHAIN):
    """The load balancer whose IPv4 addresses a name leads to, by aliases and CNAMEs without a
    routing policy; None if it leads to none.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    balancer, zone = find_balancer(plain(name)), zone_of(name)
    if balancer is not None or zone is None or not links:
        return balancer
    for record in records_of(zone, name):
        if record.failover is not None:
            continue
        if record.type == "A" and record.alias_target:
            return balancer_behind(record.alias_target["DNSName"], links - 1)
        if record.type == "CNAME":
            (target,) = values(record)
            return balancer_behind(target, links - 1)
    return None


def _plain(name: str) -> str:
    """Route 53 may store a wildcard's asterisk as an octal code."""
    return plain(name).replace("\\052", "*")
