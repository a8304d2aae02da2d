"""Route 53: a copy of a hosted zone on which a batch of changes is tried."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false

from dataclasses import dataclass
from typing import Any

from moto.elbv2.models import elbv2_backends
from moto.route53.models import FakeZone, RecordSet, route53_backends

from sandbox.embedded_aws.calls import Call

PARTITION = "aws"

Record = dict[str, Any]
Key = tuple[str, str, str | None]


def plain(name: str) -> str:
    """A name normalised for comparison: lower case, no trailing dot."""
    return name.rstrip(".").lower()


def key_of(record: Record) -> Key:
    """What identifies a record within its zone."""
    return plain(record["Name"]), record["Type"], record.get("SetIdentifier")


@dataclass
class HostedZone:
    """A hosted zone's records while a batch is tried."""

    name: str
    id: str
    records: dict[Key, Record]
    call: Call

    def named(self, name: str) -> list[Record]:
        """The records with a name."""
        return [record for key, record in self.records.items() if key[0] == plain(name)]


def lies_in(name: str, zone: str) -> bool:
    """Whether a name is the zone's or below it."""
    return f".{plain(name)}".endswith(f".{plain(zone)}")


def find_balancer(name: str) -> Any:
    """The load balancer with this DNS name, in whichever account, if any."""
    name = name.removeprefix("dualstack.")
    for backend in [one for regions in elbv2_backends.values() for one in regions.values()]:
        for balancer in backend.load_balancers.values():
            if plain(balancer.dns_name) == name:
                return balancer
    return None


def find_zone(call: Call, zone_id: str) -> HostedZone | None:
    """The account's hosted zone with this ID, if any."""
    zone_id = zone_id.removeprefix("/hostedzone/")
    zone: FakeZone | None = route53_backends[call.account][PARTITION].zones.get(zone_id)
    if zone is None:
        return None
    records = [_record(one) for one in zone.rrsets]
    return HostedZone(zone.name, zone_id, {key_of(one): one for one in records}, call)


def _record(there: RecordSet) -> Record:
    """moto's record as a request would contain it."""
    members = {
        "Name": there.name,
        "Type": there.type,
        "SetIdentifier": there.set_identifier,
        "TTL": there.ttl,
        "ResourceRecords": there.resource_records,
        "AliasTarget": there.alias_target,
        "HealthCheckId": there.health_check_id,
        "Weight": there.weight,
        "Region": there.region,
        "Failover": there.failover,
        "GeoLocation": there.geo_location,
        "MultiValueAnswer": there.multi_value_answer,
    }
    return {name: value for name, value in members.items() if value is not None}
