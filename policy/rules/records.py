"""Records: the DNS answers that users and the failover control get."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product

from emitted import Deployment, Resource, texts
from environments import ROLES
from policy.finding import Finding
from policy.rule import error

# Documentation addresses of RFC 5737: they encode a status, and lead nowhere.
STATUS_NETWORK = "192.0.2."


def role(record: Resource) -> str | None:
    """PRIMARY or SECONDARY; None if it is not a failover record."""
    return record.get("failover_routing_policy", "type")


def failover_records(deployment: Deployment) -> list[Resource]:
    """The failover records."""
    return [one for one in deployment.resources("aws_route53_record") if role(one)]


def of_users(deployment: Deployment) -> list[Resource]:
    """The failover records of the names that users open."""
    names = deployment.environment.dns.names
    return [one for one in failover_records(deployment) if one.get("name") in names]


def _leads_somewhere(record: Resource) -> bool:
    values: list[str] = record.get("records") or []
    return not values or not all(value.startswith(STATUS_NETWORK) for value in values)


def obeys(record: Resource) -> tuple[object, ...]:
    """Everything that decides whether a record is healthy."""
    return (
        record.get("health_check_id"),
        record.get("alias", "name"),
        record.get("alias", "evaluate_target_health"),
    )


def balancer_of(deployment: Deployment, name: str, kind: str = "A") -> Resource | None:
    """The load balancer that a regional name is an alias for."""
    for record in deployment.resources("aws_route53_record"):
        if (record.get("name"), record.get("type")) == (name, kind):
            target = deployment.named(record, record.get("alias", "name"))
            if target and target.address.startswith("aws_lb."):
                return target
    return None


@error
def failover_records_come_in_pairs(deployment: Deployment) -> Iterator[Finding]:
    """Failover records come in pairs: one PRIMARY and one SECONDARY of the same name and type.

    A single record has no counterpart to fail over to or from.
    [Failover records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html)
    """
    found: defaultdict[tuple[str, str], list[Resource]] = defaultdict(list)
    for record in failover_records(deployment):
        found[record.get("name"), record.get("type")].append(record)
    for (name, kind), records in found.items():
        roles = sorted(str(role(one)) for one in records)
        if roles != ["PRIMARY", "SECONDARY"]:
            yield Finding.of(
                records[0],
                f"{name} {kind} has {' and '.join(roles)}",
                "one PRIMARY and one SECONDARY",
            )


@error
def secondary_follows_its_primary(deployment: Deployment) -> Iterator[Finding]:
    """A SECONDARY record depends on its PRIMARY: it is created after it, and destroyed before it.

    Route 53 answers with a lone SECONDARY even if the primary is healthy, and an apply may be
    killed between the two.
    [depends_on](https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on)
    """
    pairs = {
        (one.stack, one.get("name"), one.get("type")): one
        for one in failover_records(deployment)
        if role(one) == "PRIMARY"
    }
    for record in failover_records(deployment):
        primary = pairs.get((record.stack, record.get("name"), record.get("type")))
        if role(record) != "SECONDARY" or primary is None:
            continue
        if primary.address not in texts(record.get("depends_on")):
            yield Finding.of(record, "may be created first", f"depends_on {primary.address}")


@error
def users_are_answered_by_failover(deployment: Deployment) -> Iterator[Finding]:
    """Every name that users open has address records, and all of them are failover records.

    Any other record of such a name, say AAAA without failover, would keep its users in a dead
    region.
    [Choosing a routing policy](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-failover.html)
    """
    for name in deployment.environment.dns.names:
        records = [
            one
            for one in deployment.resources("aws_route53_record")
            if one.get("name") == name and one.get("type") in ("A", "AAAA", "CNAME")
        ]
        for record in records:
            if role(record) is None:
                said = f"{name} {record.get('type')} is not a failover record"
                yield Finding.of(record, said, "a failover record")
        if not records:
            yield Finding(
                "global", "aws_route53_record", f"{name} has no record", "failover records"
            )


@error
def every_name_fails_over_alike(deployment: Deployment) -> Iterator[Finding]:
    """Every name that users open has the domain's failover records: the same types, targets and
    health settings.

    Otherwise, the users of one name could stay in a region that the others have left.
    [Failover records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html)
    """

    def settings(name: str) -> set[tuple[object, ...]]:
        return {
            (one.get("type"), role(one), one.get("ttl"), *texts(one.get("records")), *obeys(one))
            for one in of_users(deployment)
            if one.get("name") == name
        }

    domain, *aliases = deployment.environment.dns.names
    for alias in aliases:
        if settings(alias) != settings(domain):
            yield Finding(
                "global", "aws_route53_record", f"{alias} differs from {domain}", "the same records"
            )


@error
def primary_obeys_a_check(deployment: Deployment) -> Iterator[Finding]:
    """A PRIMARY record has a health check.

    Without one it is always healthy, and users are never moved.
    [How Route 53 chooses records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html)
    """
    for record in failover_records(deployment):
        if role(record) == "PRIMARY" and not record.get("health_check_id"):
            yield Finding.of(record, "no health check", "health_check_id")


@error
def secondary_can_be_unhealthy(deployment: Deployment) -> Iterator[Finding]:
    """A SECONDARY record with a real target has a health check, or evaluates its target's health.

    Otherwise it counts as healthy even when dead, and Route 53 answers with it while the primary is
    degraded.
    [How Route 53 chooses records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html)
    """
    for record in failover_records(deployment):
        asked = record.get("health_check_id") or record.get("alias", "evaluate_target_health")
        if role(record) == "SECONDARY" and _leads_somewhere(record) and not asked:
            yield Finding.of(record, "always healthy", "a health check, or evaluate_target_health")


@error
def ipv6_fails_over_with_ipv4(deployment: Deployment) -> Iterator[Finding]:
    """If both regions have IPv6, each failover A alias has an AAAA counterpart with the same health
    settings.

    Users choose the address family, not the region; with IPv6 in only one region there must be no
    AAAA record.
    [Alias values](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html)
    """
    balancers = list(deployment.resources("aws_lb"))
    both = all(one.get("ip_address_type") == "dualstack" for one in balancers)
    found: dict[tuple[str, str, str], Resource] = {
        (one.get("name"), one.get("type"), str(role(one))): one for one in of_users(deployment)
    }
    for name, kind in product(deployment.environment.dns.names, ("PRIMARY", "SECONDARY")):
        four, six = found.get((name, "A", kind)), found.get((name, "AAAA", kind))
        if four and not six and both:
            yield Finding.of(
                four, "no AAAA record beside it", f"an AAAA {kind}, of the same target"
            )
        if six and not both:
            yield Finding.of(six, "IPv6, which one region lacks", "no AAAA record")
        elif six and (four is None or obeys(four) != obeys(six)):
            yield Finding.of(six, "differs from the A record", "the same health settings")


@error
def regional_name_has_every_family(deployment: Deployment) -> Iterator[Finding]:
    """A regional name has an A record, and an AAAA record if its load balancer has IPv6.

    Failover aliases point to it by type, and Route 53's checkers query only A.
    [Choosing alias records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html)
    """
    for stack in ROLES:
        name = deployment.environment.regional_name(stack)
        for balancer in deployment.resources("aws_lb", stack=stack):
            dual = balancer.get("ip_address_type") == "dualstack"
            for kind in ("A", "AAAA") if dual else ("A",):
                if balancer_of(deployment, name, kind) != balancer:
                    yield Finding.of(balancer, f"{name} {kind} is no alias of it", f"{name} {kind}")


@error
def regional_name_knows_its_targets(deployment: Deployment) -> Iterator[Finding]:
    """A regional name is unhealthy when its load balancer has no healthy target.

    An alias to it, such as the standby's record, sees only the health that the name reports.
    [Evaluate target health](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html#rrsets-values-failover-alias-evaluate-target-health)
    """
    for record in deployment.resources("aws_route53_record"):
        target = deployment.named(record, record.get("alias", "name"))
        asks = record.get("alias", "evaluate_target_health")
        if target and target.address.startswith("aws_lb.") and not asks:
            yield Finding.of(record, "does not evaluate target health", "evaluate_target_health")


@error
def alias_has_its_target(deployment: Deployment) -> Iterator[Finding]:
    """The record that an alias points to is in one of the stacks, with the same type.

    Route 53 rejects an alias to a record that does not exist or has another type.
    [Choosing alias records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html)
    """
    records = list(deployment.resources("aws_route53_record"))
    there = {(one.get("name"), one.get("type")) for one in records}
    for record in records:
        target = record.get("alias", "name")
        if target and "${" not in target and (target, record.get("type")) not in there:
            yield Finding.of(
                record, f"{target} does not exist", f"a record {target} {record.get('type')}"
            )


@error
def record_has_one_owner(deployment: Deployment) -> Iterator[Finding]:
    """No two stacks have a record with the same name, type and set identifier.

    They would overwrite each other, and the first one destroyed would delete the record.
    [aws_route53_record](https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/route53_record)
    """
    found = [
        (one, (one.get("name"), one.get("type"), one.get("set_identifier")))
        for one in deployment.resources("aws_route53_record")
        if "${" not in str(one.get("name"))
    ]
    owners = Counter(key for _, key in found)
    for record, key in found:
        if owners[key] > 1:
            yield Finding.of(
                record, f"{' '.join(map(str, key))} is in another stack too", "one owner"
            )
