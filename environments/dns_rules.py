"""What the names of an environment file must be together."""

from collections.abc import Iterator

from environments.errors import Mistake
from environments.model import ROLES, Environment
from environments.rule import Rule


def domain_in_zone(environment: Environment) -> Iterator[Mistake]:
    """Route 53 takes only records at or below the zone's name."""
    domain, zone = environment.dns.domain, environment.dns.zone
    if domain != zone and not domain.endswith(f".{zone}"):
        yield Mistake("dns.domain", f"must be {zone} or a name ending in .{zone}, not {domain}")


def aliases_are_free_names(environment: Environment) -> Iterator[Mistake]:
    """An alias is in the zone, and neither the domain nor a name that the stacks use themselves."""
    zone = environment.dns.zone
    taken = {environment.dns.domain: "dns.domain"}
    for role in ROLES:
        taken[environment.regional_name(role)] = f"the {role} region's own name"
        taken[environment.health_name(role)] = f"a name that tells the {role} region's health"
    taken[environment.in_service_name] = "the name that tells whether the primary is in service"
    for index, alias in enumerate(environment.dns.aliases):
        field = f"dns.aliases.{index}"
        if alias != zone and not alias.endswith(f".{zone}"):
            yield Mistake(field, f"must be {zone} or a name ending in .{zone}, not {alias}")
        elif alias in taken:
            yield Mistake(field, f"must not be {alias}, which is {taken[alias]}")


def cname_not_at_apex(environment: Environment) -> Iterator[Mistake]:
    """DNS allows no CNAME beside the zone's own SOA and NS records (RFC 1034, section 3.6.2)."""
    dns = environment.dns
    if dns.record == "cname" and dns.zone in dns.names:
        which = "dns.domain" if dns.domain == dns.zone else "one of dns.aliases"
        yield Mistake("dns.record", f'must be "alias" if {which} is the zone itself')


def set_identifiers_differ(environment: Environment) -> Iterator[Mistake]:
    """Route 53 tells records of one name and type apart by it."""
    dns = environment.dns
    if dns.primary_set_identifier == dns.secondary_set_identifier:
        yield Mistake("dns.secondary_set_identifier", "must differ from primary_set_identifier")


def queries_are_logged_by_the_zones_account(environment: Environment) -> Iterator[Mistake]:
    """The log of a zone's queries is in the zone's account:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html"""
    dns = environment.dns
    if dns.role_arn is not None and dns.query_logs:
        yield Mistake(
            "dns.query_logs",
            "must be false with dns.role_arn: Route 53 takes only a log in the zone's own account",
        )


RULES: tuple[Rule, ...] = (
    domain_in_zone,
    aliases_are_free_names,
    cname_not_at_apex,
    set_identifiers_differ,
    queries_are_logged_by_the_zones_account,
)
