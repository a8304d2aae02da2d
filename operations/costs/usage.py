"""What depends on use: estimated from stated traffic, each with its formula."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emitted import Deployment, Json, Resource
from environments import ROLES, Environment
from modules.checkers import CHECKER_REGIONS, CHECKERS_IN_REGION
from operations.costs.line import HOURS, SECONDS, Line
from operations.costs.prices import Items, Price, Prices

# Assumed of users: a browser gets a page and what belongs to it over one connection, for which it
# looks the name up once. Resolvers that remember the answer make fewer queries of it.
REQUESTS_IN_CONNECTION = 10
# One capacity unit: 25 new connections a second, or one gigabyte an hour, whichever is more. Its
# other dimensions never decide: 3,000 connections at once are 50 new ones a second that stay for
# the 60 s that ours may idle, and up to ten rules are free.
# https://aws.amazon.com/elasticloadbalancing/pricing/
UNIT_CONNECTIONS = 25 * 3600
# About as long as the examples in AWS's documentation: bytes of a record of the access log, of the
# connection log, of a flow log in the default format, of the query log.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
ACCESS_BYTES, CONNECTION_BYTES, FLOW_BYTES, QUERY_BYTES = 500, 300, 120, 150
# Both directions of a connection, at the load balancer and at an instance.
FLOW_RECORDS = 4
DAYS_IN_MONTH = 30
GB = 1e9
# What one I/O of Aurora writes at most, and one write unit of DynamoDB.
# https://aws.amazon.com/rds/aurora/faqs/
AURORA_WRITE, TABLE_WRITE = 4096, 1024


@dataclass(frozen=True)
class Traffic:
    """What users and the application do in a month."""

    requests: float = 0
    """Requests to the load balancer."""
    gigabytes: float = 0
    """Sent to users."""
    writes_gigabytes: float = 0
    """Written to the database and, likewise, to the tables: what is replicated."""
    stored_gigabytes: float = 0
    """Kept in the database and, likewise, in the tables."""
    nat_gigabytes: float = 0
    """Sent and fetched by instances through NAT gateways."""

    @property
    def connections(self) -> float:
        return self.requests / REQUESTS_IN_CONNECTION


def usage(
    environment: Environment, stacks: Mapping[str, Json], traffic: Traffic, prices: Prices
) -> list[Line]:
    """What a month's use costs while the primary serves, of what the stacks contain. Health checks
    are there without any traffic."""
    estimate = _Estimate(environment, Deployment(environment, stacks), traffic, prices)
    parts = (estimate.balancers, estimate.firewalls, estimate.dns, estimate.logs, estimate.data)
    return [line for part in parts for line in part() if line.quantity]


@dataclass(frozen=True)
class _Estimate:
    environment: Environment
    deployment: Deployment
    traffic: Traffic
    prices: Prices

    def balancers(self) -> Iterator[Line]:
        """What the load balancers, firewalls and NAT gateways do for users and health checks."""
        traffic = self.traffic
        for balancer in self.deployment.resources("aws_lb"):
            items, probes = self._items(balancer), self._probes(balancer)
            price = items.load_balancer_capacity
            units, formula = probes / UNIT_CONNECTIONS, f"{self._each_probe()} / 25 a second"
            yield _line(balancer, "load balancer capacity, health checks", units, price, formula)
            if balancer.stack == "primary":
                units = max(traffic.connections / UNIT_CONNECTIONS, traffic.gigabytes)
                formula = f"gigabytes, or requests / {REQUESTS_IN_CONNECTION} / 25 a second if more"
                yield _line(balancer, "load balancer capacity, users", units, price, formula)
                sent = traffic.gigabytes
                yield _line(balancer, "sent to users", sent, items.data_out, "gigabytes")
        # Zones share the traffic: the first gateway stands for all.
        for gateway in list(self.deployment.resources("aws_nat_gateway", stack="primary"))[:1]:
            price = self._items(gateway).nat_gigabytes
            yield _line(gateway, "through NAT", traffic.nat_gigabytes, price, "nat-gigabytes")

    def firewalls(self) -> Iterator[Line]:
        """What firewalls inspect, which includes the health checks that they always let through."""
        for firewall in self.deployment.resources("aws_wafv2_web_acl"):
            price, probes = self._items(firewall).firewall_requests, self._probes(firewall) / 1e6
            yield _line(firewall, "firewall, health checks", probes, price, self._each_probe())
            if firewall.stack == "primary":
                requests = self.traffic.requests / 1e6
                yield _line(firewall, "firewall, users", requests, price, "requests")

    def dns(self) -> Iterator[Line]:
        """Queries for the domain. An alias is free only if it leads to another resource than a
        record: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
        """
        for record in self._records():
            queries, formula = (
                self.traffic.connections / 1e6,
                f"requests / {REQUESTS_IN_CONNECTION}",
            )
            price = self._items(record).dns_queries
            yield _line(record, f"DNS queries, {record.body['type']}", queries, price, formula)

    def logs(self) -> Iterator[Line]:
        """Logs of users and health checks, taken in and kept."""
        days = self.environment.logs.days
        months, kept = days / DAYS_IN_MONTH, f"kept for {days} days"
        for log in self.deployment.resources("aws_flow_log"):
            items, flows = self._items(log), self._connections(log) * FLOW_RECORDS * FLOW_BYTES / GB
            formula = f"{FLOW_RECORDS} records of {FLOW_BYTES} bytes a connection"
            yield _line(log, "flow logs", flows, items.logs_to_s3, formula)
            yield _line(log, "flow logs in S3", flows * months, items.object_storage, kept)
        for balancer in self.deployment.resources("aws_lb"):
            connections = self._connections(balancer)
            users = self.traffic.requests if balancer.stack == "primary" else 0
            access = (users + self._probes(balancer)) * ACCESS_BYTES
            stored = (access + connections * CONNECTION_BYTES) / GB * months
            price = self._items(balancer).object_storage
            formula = f"{ACCESS_BYTES} bytes a request, {CONNECTION_BYTES} a connection, {kept}"
            yield _line(balancer, "access logs in S3", stored, price, formula)
        for log in self.deployment.resources("aws_route53_query_log"):
            queries = self.traffic.connections * len(self._records()) * QUERY_BYTES / GB
            items, formula = self._items(log), f"{QUERY_BYTES} bytes a query"
            yield _line(log, "query log", queries, items.logs, formula)
            yield _line(log, "query log kept", queries * months, items.log_storage, kept)

    def data(self) -> Iterator[Line]:
        """The database and the tables: writes, their replication, and what is stored."""
        writes, stored = self.traffic.writes_gigabytes, self.traffic.stored_gigabytes
        for cluster in self.deployment.resources("aws_rds_cluster"):
            items, requests = self._items(cluster), writes * GB / AURORA_WRITE / 1e6
            formula = "writes-gigabytes / 4 KiB"
            yield _line(cluster, "Aurora writes", requests, items.aurora_requests, formula)
            formula = "stored-gigabytes"
            yield _line(cluster, "Aurora storage", stored, items.aurora_storage, formula)
        for number, table in enumerate(self._tables()):
            items, units = self._items(table), writes * GB / TABLE_WRITE / 1e6
            formula = "writes-gigabytes / 1 KiB"
            yield _line(table, "table writes", units, items.table_writes, formula)
            formula = "stored-gigabytes"
            yield _line(table, "table storage", stored, items.table_storage, formula)
            yield _line(table, "table recovery", stored, items.table_recovery, formula)
            if number == 0:
                reads, formula = self.traffic.requests / 1e6, "one read of up to 4 KiB a request"
                yield _line(table, "table reads", reads, items.table_reads, formula)
        for writer in self._writers():
            price = self._items(writer).transfer
            yield _line(writer, "sent to the standby", writes, price, "writes-gigabytes")

    def _items(self, resource: Resource) -> Items:
        """The prices where a resource is."""
        return self.prices.at(resource.region).items

    def _probes(self, resource: Resource) -> float:
        """Health checks a month of the load balancer in a resource's stack."""
        checks = self.deployment.resources("aws_route53_health_check")
        names = {role: self.environment.regional_name(role) for role in ROLES}
        return sum(
            _checkers(check) * SECONDS / check.body["request_interval"]
            for check in checks
            if check.body.get("fqdn") == names.get(resource.stack)
        )

    def _each_probe(self) -> str:
        return f"checkers x {HOURS} h / {self.environment.health_check.interval} s"

    def _connections(self, resource: Resource) -> float:
        """Connections a month to the load balancer in a resource's stack."""
        users = self.traffic.connections if resource.stack == "primary" else 0
        return users + self._probes(resource)

    def _records(self) -> list[Resource]:
        """The records that users ask for, one of each type."""
        found = self.deployment.resources("aws_route53_record", stack="global")
        domain = self.environment.dns.domain
        of_domain = (one for one in found if one.body.get("name") == domain)
        return list({one.body["type"]: one for one in of_domain}.values())

    def _tables(self) -> list[Resource]:
        """One table of each region, the primary's first. It stands for all, which share the
        traffic."""
        first = (
            next(self.deployment.resources(kind), None)
            for kind in ("aws_dynamodb_table", "aws_dynamodb_table_replica")
        )
        return [one for one in first if one is not None]

    def _writers(self) -> list[Resource]:
        """What replicates from the primary's region: the database, and the tables."""
        kinds = ("aws_rds_cluster", "aws_db_instance")
        databases = list(self.deployment.resources(*kinds, stack="primary"))
        return databases[:1] + self._tables()[:1]


def _checkers(check: Resource) -> int:
    """How many health checkers a check has."""
    return len(check.body.get("regions") or range(CHECKER_REGIONS)) * CHECKERS_IN_REGION


def _line(resource: Resource, what: str, quantity: float, price: Price, formula: str) -> Line:
    return Line(
        what,
        quantity,
        price,
        stack=resource.stack,
        resource=resource.address,
        region=resource.region,
        formula=formula,
    )
