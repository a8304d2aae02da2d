"""What every row of the table must be like. docs/failover.md says why it was decided so."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from environments import Environment
from modules.ports import HTTP, HTTPS
from proof.route53.configuration import Configuration, ModelLoadBalancer
from proof.route53.table import Row, Table, serves

Invariant = Callable[[Row], bool]


def somebody_is_always_answered(row: Row) -> bool:
    """One of the two regions is answered, whatever has failed."""
    return row.answered is not None


def a_set_switch_keeps_users_off_the_primary(row: Row) -> bool:
    """While any place that can be read shows that the switch is set, and the standby can take over,
    the standby is answered: also if the primary is well again."""
    return not (row.switch_set and row.standby_takes_over) or _on_standby(row)


def a_position_outlives_the_loss_of_a_place(row: Row) -> bool:
    """Where all places hold one position, it counts as long as one of them can be read. With none,
    the switch reads as clear."""
    shown = {place.shown for place in row.case.places}
    if not row.latches or len(shown) != 1:
        return True
    if True in shown and row.case.read:
        return not row.standby_takes_over or _on_standby(row)
    return not row.primary_in_service or not _on_standby(row)


def a_primary_in_service_keeps_its_users(row: Row) -> bool:
    """While the switch is clear, nobody leaves a primary that is in service. With a switch that is
    one whose own check is healthy: users must not move without the control's noticing."""
    return row.switch_set or not row.primary_in_service or not _on_standby(row)


def a_failed_primary_hands_over(row: Row) -> bool:
    """Nobody is left on a primary that is out of service while the standby can take over."""
    return row.primary_in_service or not row.standby_takes_over or _on_standby(row)


def a_standby_that_cannot_take_over_is_not_answered(row: Row) -> bool:
    """Where the standby is lost, broken, asleep or (but for a CNAME) without a healthy target, the
    primary is answered, set switch or not: it may be well, and is more likely to be than that."""
    return row.standby_takes_over or not _on_standby(row)


def no_lost_region_is_answered_while_the_other_can_serve(row: Row) -> bool:
    """A region that nobody reaches is answered only where the other cannot serve either."""
    if row.answered is None or row.answered.network:
        return True
    return not (serves(row.case.primary) if _on_standby(row) else row.standby_takes_over)


def users_are_served_where_anybody_serves(row: Row) -> bool:
    """Whoever is answered serves, or nobody does: but for a standby that serves by failing open
    alone while the primary does not serve at all. An alias takes that for down."""
    if row.answered is None or serves(row.answered):
        return True
    other = row.case.primary if _on_standby(row) else row.case.standby
    return not serves(other) or fails_open(row)


def dns_tells_the_control_the_truth(row: Row) -> bool:
    """The names that the control and the operator ask say what each region is like to a user, and
    whether the primary is in service."""
    environment, case = row.environment, row.case
    truth = {
        environment.health_name("primary"): serves(case.primary),
        environment.health_name("dr"): serves(case.standby),
        environment.in_service_name: serves(case.primary) and not case.switch_set,
    }
    return all(truth[name] == told for name, told in row.healthy.items())


def ipv6_users_are_where_the_others_are(row: Row) -> bool:
    """Who asks for an IPv6 address is sent to the same region; where the regions do not both have
    any, to ask for IPv4 instead will do."""
    if row.ipv6 is None:
        return not row.has_ipv6
    return row.answer is not None and row.ipv6.region == row.answer.region


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
)


def violations(configuration: Configuration, environment: Environment) -> Iterator[tuple[str, Row]]:
    """Each invariant that a row breaks, by name, and that row."""
    for row in Table(configuration, environment).rows():
        for invariant in INVARIANTS:
            if not invariant(row):
                yield invariant.__name__, row


def fails_open(row: Row) -> bool:
    """Whether the standby serves by failing open alone, which an alias takes for down."""
    return serves(row.case.standby) and not row.standby_takes_over


def broken_at_rest(configuration: Configuration, environment: Environment) -> Iterator[str]:
    """What a deployment does not do as it is made, without anybody's having woken the standby: a
    primary that fails is answered for by the standby, unless it sleeps; and while all checks are
    new, nobody is sent to a region without instances."""
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
    """What goes wrong while the records are there in part: before an apply or a destroy is over, or
    after it was killed. A SECONDARY record alone is what its name answers, so that users, or the
    control, would go by it while the primary is well."""
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
    """Whether the port that users open forwards them to the targets, by every type of address that
    DNS answers."""
    protocol, port = ("HTTPS", HTTPS) if environment.tls else ("HTTP", HTTP)
    listener = balancer.listeners.get(port)
    if listener is None or listener.protocol != protocol or listener.redirects is not None:
        return False
    kinds = ("A", "AAAA") if balancer.ipv6 else ("A",)
    return all(balancer.lets_in(kind, port) for kind in kinds)


def _on_standby(row: Row) -> bool:
    return row.answer is not None and row.answer.region == row.environment.dr.region
