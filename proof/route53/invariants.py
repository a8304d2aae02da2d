"""What must hold for every row of the table. docs/failover.md gives the reasons."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from environments import Environment
from modules.ports import HTTP, HTTPS
from proof.route53.answers import Answer
from proof.route53.configuration import Configuration, ModelLoadBalancer
from proof.route53.table import Row, Table, serves

Invariant = Callable[[Row], bool]


def somebody_is_always_answered(row: Row) -> bool:
    """DNS always answers with one of the two regions, whatever has failed."""
    return row.answered is not None


def a_set_switch_keeps_users_off_the_primary(row: Row) -> bool:
    """While any readable place shows the switch set and the standby can take over, DNS answers with
    the standby, even if the primary has recovered."""
    return not (row.switch_set and row.standby_takes_over) or _on_standby(row)


def a_position_outlives_the_loss_of_a_place(row: Row) -> bool:
    """If all places agree on a position, it holds as long as one of them is readable. With none
    readable, the switch counts as clear."""
    shown = {place.shown for place in row.case.places}
    if not row.latches or len(shown) != 1:
        return True
    if True in shown and row.case.read:
        return not row.standby_takes_over or _on_standby(row)
    return not row.primary_in_service or not _on_standby(row)


def a_primary_in_service_keeps_its_users(row: Row) -> bool:
    """While the switch is clear, users stay on a primary that is in service. With a switch, that
    means its own health check is healthy: users must not move without the control noticing."""
    return row.switch_set or not row.primary_in_service or not _on_standby(row)


def a_failed_primary_hands_over(row: Row) -> bool:
    """No user stays on a primary that is out of service while the standby can take over."""
    return row.primary_in_service or not row.standby_takes_over or _on_standby(row)


def a_standby_that_cannot_take_over_is_not_answered(row: Row) -> bool:
    """If the standby is lost, broken, scaled to zero or (except with a CNAME) without a healthy
    target, DNS answers with the primary, whether or not the switch is set: it has the better chance
    of working."""
    return row.standby_takes_over or not _on_standby(row)


def no_lost_region_is_answered_while_the_other_can_serve(row: Row) -> bool:
    """DNS answers with an unreachable region only if the other cannot serve either."""
    if row.answered is None or row.answered.network:
        return True
    return not (serves(row.case.primary) if _on_standby(row) else row.standby_takes_over)


def users_are_served_where_anybody_serves(row: Row) -> bool:
    """If any region serves, DNS answers with one that does. The exception is a standby that serves
    only by failing open, while the primary does not serve at all: an alias considers it down."""
    if row.answered is None or serves(row.answered):
        return True
    other = row.case.primary if _on_standby(row) else row.case.standby
    return not serves(other) or fails_open(row)


def dns_tells_the_control_the_truth(row: Row) -> bool:
    """The names that the control and the operator query tell the truth: whether each region serves
    users, and whether the primary is in service."""
    environment, case = row.environment, row.case
    truth = {
        environment.health_name("primary"): serves(case.primary),
        environment.health_name("dr"): serves(case.standby),
        environment.in_service_name: serves(case.primary) and not case.switch_set,
    }
    return all(truth[name] == told for name, told in row.healthy.items())


def ipv6_users_are_where_the_others_are(row: Row) -> bool:
    """IPv6 users go to the same region as the rest. Unless both regions have IPv6, falling back to
    IPv4 is enough."""
    if row.ipv6 is None:
        return not row.has_ipv6
    return row.answer is not None and row.ipv6.region == row.answer.region


def every_name_is_answered_alike(row: Row) -> bool:
    """Users of all names go to the same region: what holds for the domain holds for each."""
    return all(
        _regions(*answers) == _regions(row.answer, row.ipv6) for answers in row.aliases.values()
    )


INVARIANTS: tuple[Invariant, ...] = (
    somebody_is_always_answered,
    a_set_switch_keeps_users_off_the_primary,
    a_position_outlives_the_loss_of_a_place,
    a_primary_in_service_keeps_its_users,
    a_failed_primary_hands_over,
    a_standby_that_cannot_take_over_is_not_answered,
    no_lost_region_is_answered_while_the_other_can_serve,
    users_are_served_where_anybody_serves,
    dns_tells_the_control_the_truth,
    ipv6_users_are_where_the_others_are,
    every_name_is_answered_alike,
)


def violations(configuration: Configuration, environment: Environment) -> Iterator[tuple[str, Row]]:
    """Each violated invariant by name, with the row that violates it."""
    for row in Table(configuration, environment).rows():
        for invariant in INVARIANTS:
            if not invariant(row):
                yield invariant.__name__, row


def fails_open(row: Row) -> bool:
    """Whether the standby serves only by failing open, which an alias considers down."""
    return serves(row.case.standby) and not row.standby_takes_over


def broken_at_rest(configuration: Configuration, environment: Environment) -> Iterator[str]:
    """What a fresh deployment gets wrong, before anything has woken the standby. Unless scaled to
    zero, the standby must take over from a failed primary; and while all checks are new, no user
    may be sent to a region without instances."""
    table = Table(configuration, environment)
    calm = table.at_rest
    sleeps = environment.failover.strategy == "pilot_light"
    if _on_standby(table.row(calm)):
        yield "users start on the standby"
    lost = table.row(replace(calm, primary=replace(calm.primary, network=False)))
    if _on_standby(lost) == sleeps:
        yield f"{environment.failover.strategy}: the standby at rest is not what takes over"
    first = table.new(calm).answered
    if first is None or not first.registered:
        yield "new checks send users to a region without instances"
    for balancer in configuration.balancers.values():
        if not _serves_users(balancer, environment):
            yield f"users are not let in to {balancer.address}"


def broken_while_applied(configuration: Configuration) -> Iterator[str]:
    """What goes wrong while only some of the records exist: during an apply or destroy, or after
    one was killed. A lone SECONDARY is what its name answers with, so users or the control would
    follow it while the primary is well."""
    primaries = {
        (record.name, record.type): record.address
        for record in configuration.records
        if record.role == "PRIMARY"
    }
    for record in configuration.records:
        first = primaries.get((record.name, record.type))
        if record.role == "SECONDARY" and first not in record.after:
            yield f"{record.name} {record.type} may be there as SECONDARY alone"


def _serves_users(balancer: ModelLoadBalancer, environment: Environment) -> bool:
    """Whether the port that users connect to forwards them to the targets, for every address type
    in DNS."""
    protocol, port = ("HTTPS", HTTPS) if environment.tls else ("HTTP", HTTP)
    listener = balancer.listeners.get(port)
    if listener is None or listener.protocol != protocol or listener.redirects is not None:
        return False
    kinds = ("A", "AAAA") if balancer.ipv6 else ("A",)
    return all(balancer.lets_in(kind, port) for kind in kinds)


def _on_standby(row: Row) -> bool:
    return row.answer is not None and row.answer.region == row.environment.dr.region


def _regions(answer: Answer | None, ipv6: Answer | None) -> tuple[str | None, str | None]:
    """Where users of either address family are sent."""
    return answer and answer.region, ipv6 and ipv6.region
