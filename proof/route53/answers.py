"""Which record Route 53 answers with, and the values it returns."""

from dataclasses import dataclass, replace

from modules.recovery_time import ALIAS_TTL
from proof.route53.configuration import Configuration, ModelLoadBalancer, Record
from proof.route53.errors import UnknownToTheModelError
from proof.route53.health import Statuses
from proof.route53.world import World
from sandbox.route53 import rules


@dataclass(frozen=True)
class Answer:
    """What a resolver ends up with.

    ttl: how many seconds the resolver may keep this answer after Route 53 changes its own.
    region: the region of the load balancer answered; None for other values.
    """

    values: tuple[str, ...]
    ttl: int
    region: str | None


class Zone:
    """A hosted zone at one moment."""

    def __init__(self, configuration: Configuration, world: World, statuses: Statuses) -> None:
        self._configuration = configuration
        self._world = world
        self._statuses = statuses

    def answer(self, name: str, type: str = "A") -> Answer | None:
        """The answer to a query, with CNAMEs followed; None if there is no record."""
        records = self._named(name, type) or self._named(name, "CNAME")
        return self._answer(self._chosen(records), type) if records else None

    def _answer(self, record: Record, type: str) -> Answer | None:
        """An alias answers as its target does, with the target's TTL.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
        """
        if record.alias is not None:
            balancer = self._configuration.balancers.get(record.alias.target)
            if balancer is not None:
                return _addresses(balancer, record.type)
            return self._answer(self._chosen(self._target(record.alias.target, record.type)), type)
        if record.type != "CNAME":
            return Answer(record.values, _ttl(record), None)
        (target,) = record.values
        if not any(one.name == target for one in self._configuration.records):
            raise UnknownToTheModelError(f"{target}, which is no name of ours")
        return self._through(record, self.answer(target, type))

    def _through(self, record: Record, answer: Answer | None) -> Answer | None:
        """A resolver caches a CNAME and its target separately, each for its own TTL. So in a chain,
        only the links with a routing policy can change the answer.

        https://datatracker.ietf.org/doc/html/rfc2181#section-5.2
        """
        ttl = _ttl(record)
        if answer is None or record.role is None:
            return answer
        behind = [one for one in self._configuration.records if one.name == record.values[0]]
        if any(one.role is not None for one in behind):
            raise UnknownToTheModelError(f"a routing policy behind that of {record.name}")
        return replace(answer, ttl=ttl)

    def _named(self, name: str, type: str) -> list[Record]:
        return [
            record
            for record in self._configuration.records
            if (record.name, record.type) == (name, type)
        ]

    def _chosen(self, records: list[Record]) -> Record:
        if len(records) == 1 and records[0].role is None:
            return records[0]
        by_role = {record.role: record for record in records if record.role is not None}
        if len(by_role) != len(records) or not set(by_role) <= rules.ROLES:
            raise UnknownToTheModelError(f"the records of {records[0].name} {records[0].type}")
        return rules.chosen(by_role, self._healthy)

    def _healthy(self, record: Record) -> bool:
        """A record is healthy if its health check and its evaluated target are. With neither, it
        always is.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
        """
        if record.health_check is not None and not self._statuses[record.health_check]:
            return False
        if record.alias is None or not record.alias.evaluate_target_health:
            return True
        return self._target_healthy(record.alias.target, record.type)

    def _target_healthy(self, target: str, type: str) -> bool:
        """A load balancer's health comes from its targets (in one group: see `configuration`); a
        name is healthy if any of its records is.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html
        """
        balancer = self._configuration.balancers.get(target)
        if balancer is not None:
            region = self._world.regions[balancer.region]
            return rules.load_balancer_healthy(region.registered, region.healthy)
        return any(self._healthy(record) for record in self._target(target, type))

    def _target(self, name: str, type: str) -> list[Record]:
        """The records an alias points to: same type, and they must exist.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
        """
        records = self._named(name, type)
        if not records:
            raise UnknownToTheModelError(f"an alias to {name} {type}, which is not there")
        return records


def _addresses(balancer: ModelLoadBalancer, type: str) -> Answer | None:
    """An alias answers with its target's addresses of the alias's type, so a load balancer without
    IPv6 yields no AAAA.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
    """
    if type == "AAAA" and not balancer.ipv6:
        return None
    return Answer((balancer.address,), ALIAS_TTL, balancer.region)


def _ttl(record: Record) -> int:
    if record.ttl is None:
        raise UnknownToTheModelError(f"{record.name} {record.type} has no TTL and is no alias")
    return record.ttl
