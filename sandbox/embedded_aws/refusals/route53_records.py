"""Route 53: batches of changes to a hosted zone's records."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false

from collections.abc import Callable, Iterator
from typing import Any

from moto.route53.models import route53_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.route53_values import of_value
from sandbox.embedded_aws.refusals.route53_zones import (
    PARTITION,
    HostedZone,
    Record,
    find_balancer,
    find_zone,
    key_of,
    lies_in,
    plain,
)
from sandbox.embedded_aws.refusals.rule import Rules

POLICIES = ("Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer", "CidrRoutingConfig")
# What an alias may point to outside Route 53:
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
ELB_SUFFIX = ".elb.amazonaws.com"
OF_AWS = (".amazonaws.com", ".cloudfront.net", ".elasticbeanstalk.com", ".awsglobalaccelerator.com")


def changes_are_well_formed(call: Call) -> None:
    """Refuses a record without either an alias or a TTL with values, and a record with a set
    identifier but without exactly one routing policy.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
    """
    for change in call.parameters["ChangeBatch"]["Changes"]:
        record = change["ResourceRecordSet"]
        where = f"in Change with [Action={change['Action']}, Name={record['Name']}, "
        where += f"Type={record['Type']}, SetIdentifier={record.get('SetIdentifier')}]"
        alias, values = "AliasTarget" in record, bool(record.get("ResourceRecords"))
        plain_one = "TTL" in record and values
        if alias == plain_one or (alias and ("TTL" in record or values)):
            found = "more than one" if alias else "none"
            raise Refusal(
                "InvalidInput",
                "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
                f"ResourceRecords], or TrafficPolicyInstanceId], but found {found} {where}",
            )
        policies = [policy for policy in POLICIES if policy in record]
        if policies and "SetIdentifier" not in record:
            raise Refusal("InvalidInput", f"Invalid request: Missing field 'SetIdentifier' {where}")
        if len(policies) != ("SetIdentifier" in record):
            raise Refusal(
                "InvalidInput",
                f"Invalid request: Expected exactly one of [{', '.join(POLICIES)}], but found "
                f"{' and '.join(policies) or 'none'} {where}",
            )


def health_checks_exist(call: Call) -> None:
    """Refuses a record's health check that does not exist, in whichever account.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    https://repost.aws/knowledge-center/route-53-cross-account-health-checks
    """
    there = {check for of in route53_backends.values() for check in of[PARTITION].health_checks}
    for change in call.parameters["ChangeBatch"]["Changes"]:
        check = change["ResourceRecordSet"].get("HealthCheckId")
        if change["Action"] != "DELETE" and check is not None and check not in there:
            raise Refusal(
                "NoSuchHealthCheck",
                f"HealthCheckId: no health check exists with the ID {check}",
                status=404,
            )


def batches_leave_a_sound_zone(call: Call) -> None:
    """Refuses all changes of a batch, with a message for each invalid one, if a name is outside the
    zone, an alias target does not exist, a CNAME is at the apex or beside another type, records of
    a name conflict, a value is invalid for its type, a record to create exists already, or a record
    to delete does not match.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    zone = find_zone(call, call.parameters["HostedZoneId"])
    if zone is None:
        return  # moto refuses it
    said: list[str] = []
    changed: list[Record] = []
    for change in call.parameters["ChangeBatch"]["Changes"]:
        record, action = change["ResourceRecordSet"], change["Action"]
        if action == "DELETE":
            said += _deleted(zone, record)
            zone.records.pop(key_of(record), None)
            continue
        if action == "CREATE" and key_of(record) in zone.records:
            said.append(
                f"Tried to create resource record set [name='{record['Name']}', "
                f"type='{record['Type']}', set identifier='{record.get('SetIdentifier')}'] but it "
                "already exists"
            )
        zone.records[key_of(record)] = record
        changed.append(record)
    for record in changed:
        if zone.records.get(key_of(record)) is record:
            said += [line for check in CHECKS for line in check(zone, record)]
    if said:
        raise Refusal("InvalidChangeBatch", f"[{', '.join(said)}]")


def _deleted(zone: HostedZone, record: Record) -> Iterator[str]:
    """A deletion must match all of a record's settings, and the zone's own NS and SOA records stay.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_Change.html
    """
    there, what = (
        zone.records.get(key_of(record)),
        f"[name='{record['Name']}', type='{record['Type']}']",
    )
    if there is None:
        yield f"Tried to delete resource record set {what} but it was not found"
    elif _compared(there) != _compared(record):
        yield (
            f"Tried to delete resource record set {what} but the values provided do not match the "
            "current values"
        )
    if plain(record["Name"]) == plain(zone.name) and record["Type"] in {"NS", "SOA"}:
        yield f"A HostedZone must contain at least one {record['Type']} record for the zone itself."


def _compared(record: Record) -> tuple[Any, ...]:
    alias = record.get("AliasTarget") or {}
    return (
        str(record.get("TTL")),
        sorted(one["Value"].rstrip(".") for one in record.get("ResourceRecords") or ()),
        (alias.get("HostedZoneId"), plain(alias.get("DNSName", ""))),
    )


def _of_the_zone(zone: HostedZone, record: Record) -> Iterator[str]:
    """A record's name must be the zone's or below it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
    """
    if not lies_in(record["Name"], zone.name):
        yield f"RRSet with DNS name {record['Name']} is not permitted in zone {zone.name}"


def _with_its_cnames_alone(zone: HostedZone, record: Record) -> Iterator[str]:
    """A CNAME may be neither at the apex nor alongside another type.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat
    """
    name, of_type = plain(record["Name"]), f"RRSet of type {record['Type']} with DNS name"
    if record["Type"] == "CNAME" and name == plain(zone.name):
        yield f"{of_type} {name}. is not permitted at apex in zone {zone.name}"
    types = {other["Type"] for other in zone.named(name)}
    if len(types) > 1 and "CNAME" in types:
        yield (
            f"{of_type} {name}. is not permitted as it conflicts with other records with the same "
            f"DNS name in zone {zone.name}"
        )


def _with_its_own_kind(zone: HostedZone, record: Record) -> Iterator[str]:
    """Records with the same name and type share one routing policy, and a simple one has no
    siblings. Failover records have only one PRIMARY and one SECONDARY.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
    """
    others = [
        other
        for other in zone.named(record["Name"])
        if other["Type"] == record["Type"] and key_of(other) != key_of(record)
    ]
    what = f"RRSet with DNS name {plain(record['Name'])}., type {record['Type']}, SetIdentifier "
    what += f"{record.get('SetIdentifier')} cannot be created as"
    if any(_policy(other) != _policy(record) for other in others):
        yield f"{what} other RRSets exist with the same name and type"
    elif any(other.get("Failover") == record.get("Failover") for other in others) and (
        "Failover" in record
    ):
        yield f"{what} a Failover {record['Failover']} RRSet exists with the same name and type"


def _primaries_have_checks(_zone: HostedZone, record: Record) -> Iterator[str]:
    """A PRIMARY that is not an alias needs a health check.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
    """
    primary = record.get("Failover") == "PRIMARY" and "AliasTarget" not in record
    if primary and "HealthCheckId" not in record:
        yield (
            f"{record['Name']}: a non-alias primary ResourceRecordSet must have an associated "
            "health check. No changes made."
        )


def _aliases_lead_somewhere(zone: HostedZone, record: Record) -> Iterator[str]:
    """An alias's target must exist in the hosted zone that the alias names, with the alias's type.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
    """
    alias = record.get("AliasTarget")
    if alias is None:
        return
    target, zone_id = plain(alias["DNSName"]), alias["HostedZoneId"]
    tried = f"Tried to create an alias that targets {target}., type {record['Type']} in zone "
    tried += f"{zone_id}, but"
    outside, missing = (
        "the alias target name does not lie within the target zone",
        ("that target was not found"),
    )
    if target.endswith(ELB_SUFFIX):
        balancer = find_balancer(target)
        if balancer is None:
            yield f"{tried} {missing}"
        elif balancer.canonical_hosted_zone_id != zone_id:
            yield f"{tried} {outside}"
        return
    if target.endswith(OF_AWS):
        return
    other = zone if zone_id == zone.id else find_zone(zone.call, zone_id)
    if other is None or not lies_in(target, other.name):
        yield f"{tried} {outside}"
    elif record["Type"] not in {one["Type"] for one in other.named(target)}:
        yield f"{tried} {missing}"


def _values_are_values(_zone: HostedZone, record: Record) -> Iterator[str]:
    """https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html"""
    values = [one["Value"] for one in record.get("ResourceRecords") or ()]
    for value in values:
        yield from of_value(record["Type"], value)
    yield from (
        f"Duplicate Resource Record: '{one}'" for one in set(values) if values.count(one) > 1
    )


CHECKS: tuple[Callable[[HostedZone, Record], Iterator[str]], ...] = (
    _of_the_zone,
    _with_its_cnames_alone,
    _with_its_own_kind,
    _primaries_have_checks,
    _aliases_lead_somewhere,
    _values_are_values,
)


def _policy(record: Record) -> str | None:
    return next((policy for policy in POLICIES if policy in record), None)


RULES: Rules = {
    ("route53", "ChangeResourceRecordSets"): (
        changes_are_well_formed,
        health_checks_exist,
        batches_leave_a_sound_zone,
    )
}
