"""Reads the configuration from the emitted stacks."""

from collections.abc import Iterator, Mapping

from emitted import Json, of_type, region_of, regions_of
from proof.route53.configuration import (
    CalculatedCheck,
    Check,
    Configuration,
    ModelLoadBalancer,
    Record,
)
from proof.route53.errors import UnknownToTheModelError
from proof.route53.kinds import known_kinds
from proof.route53.probes import S3_HOST
from proof.route53.reading_checks import read_check
from proof.route53.reading_front import read_balancer
from proof.route53.reading_objects import readable_objects
from proof.route53.reading_records import read_record


def configuration_of(stacks: Mapping[str, Json]) -> Configuration:
    """The configuration of stacks given by name. Raises UnknownToTheModelError."""
    try:
        found = _configuration(stacks)
    except KeyError as missing:
        raise UnknownToTheModelError(f"what is emitted has no {missing}") from missing
    _refer_to_what_is_there(found)
    return found


def _configuration(stacks: Mapping[str, Json]) -> Configuration:
    records: list[Record] = []
    checks: dict[str, Check] = {}
    balancers: dict[str, ModelLoadBalancer] = {}
    readable: set[str] = set()
    buckets: dict[str, str] = {}
    sizes: dict[str, int] = {}
    asked = _buckets_asked(stacks)
    for name, stack in stacks.items():
        resources: Json = stack["resource"]
        regions = regions_of(stack)
        known_kinds(resources, name)
        records += _records(resources, name)
        for address, body in of_type(resources, "aws_route53_health_check"):
            if address in checks:
                raise UnknownToTheModelError(f"{address} of two stacks")
            checks[address] = read_check(body)
        for address, body in of_type(resources, "aws_lb"):
            within = f"{name}/{address}"
            balancers[within] = read_balancer(within, body, resources, region_of(body, regions))
        for _, body in of_type(resources, "aws_s3_bucket"):
            buckets[body["bucket"]] = region_of(body, regions)
        for _, body in of_type(resources, "aws_autoscaling_group"):
            sizes[region_of(body, regions)] = body["desired_capacity"]
        readable |= set(readable_objects(resources, asked))
    return Configuration(tuple(records), checks, balancers, frozenset(readable), buckets, sizes)


def _records(resources: Json, stack: str) -> Iterator[Record]:
    for address, body in of_type(resources, "aws_route53_record"):
        record = read_record(address, body, stack)
        if record is not None:
            yield record


def _buckets_asked(stacks: Mapping[str, Json]) -> frozenset[str]:
    """The S3 buckets that health checks request; who may read any other bucket is irrelevant."""
    hosts = (
        S3_HOST.fullmatch(body.get("fqdn", ""))
        for stack in stacks.values()
        for _, body in of_type(stack["resource"], "aws_route53_health_check")
    )
    return frozenset(host["bucket"] for host in hosts if host is not None)


def _refer_to_what_is_there(found: Configuration) -> None:
    referred = {record.health_check for record in found.records} - {None}
    for check in found.checks.values():
        if isinstance(check, CalculatedCheck):
            referred |= set(check.children)
    if not referred <= set(found.checks):
        raise UnknownToTheModelError(f"health checks {referred - set(found.checks)}")
