"""Counts what costs money in a stack's JSON, and rejects any resource without a known price."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from emitted import Json
from functions.failover_control.agreed import BETWEEN_LOOKS, LOOKS
from modules.database_settings import STORAGE_GROWTH
from operations.strategies.prices import FILE_SHOWN, Price, Prices, look_up
from terminal.errors import OperationError

MINUTES = 730 * 60
LOOKS_A_MONTH = LOOKS * MINUTES
# The function runs once a minute: the waits between its looks, plus about a second for the rest.
FUNCTION_SECONDS = (LOOKS - 1) * BETWEEN_LOOKS + 1
MIB_PER_GIB = 1024
# EC2 metrics of one instance; with detailed monitoring they are billed like custom ones.
INSTANCE_METRICS = 7
# EC2 Auto Scaling creates two for each policy, billed like any other alarm:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
TARGET_TRACKING_ALARMS = 2
# An alarm with a shorter period costs more.
STANDARD_PERIOD = 60
FAST_INTERVAL = 10
# A pipeline costs nothing while it waits. Deliveries a month, and minutes of one with five of bake.
DELIVERIES, DELIVERY_MINUTES = 20, 15
DELIVERING = f"{DELIVERIES} deliveries of {DELIVERY_MINUTES} minutes"
SMALL_BUILD = "BUILD_GENERAL1_SMALL"

Resources = Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True)
class Line:
    """A quantity of one item. runs: whether the item tells the strategies apart."""

    what: str
    quantity: float
    price: Price
    runs: bool = False

    @property
    def usd(self) -> float:
        """Cost per month."""
        return self.quantity * self.price.usd


Counter = Callable[[Json, Resources, Prices], Iterator[Line]]


def count(stacks: Iterable[Json], prices: Prices) -> list[Line]:
    """The stacks' cost per month, one line for each item. Raises OperationError for a resource type
    that is neither priced nor known to be free, and for a variant without a price."""
    lines: dict[str, Line] = {}
    for line in _lines(stacks, prices):
        before = lines[line.what].quantity if line.what in lines else 0
        lines[line.what] = replace(line, quantity=before + line.quantity)
    return list(lines.values())


def _lines(stacks: Iterable[Json], prices: Prices) -> Iterator[Line]:
    for stack in stacks:
        resources: Resources = stack.get("resource", {})
        for kind, bodies in resources.items():
            counter = _counter(kind, prices)
            for body in bodies.values():
                yield from counter(body, resources, prices)


def _counter(kind: str, prices: Prices) -> Counter:
    if kind in COUNTERS:
        return COUNTERS[kind]
    if kind in prices.free:
        return _nothing
    where = f"add it to [free] in {FILE_SHOWN}, or count it in operations/strategies/costs.py"
    raise OperationError(f"nobody knows what {kind} costs: {where}")


def _nothing(_body: Json, _resources: Resources, _prices: Prices) -> Iterator[Line]:
    yield from ()


def _group(body: Json, resources: Resources, prices: Prices) -> Iterator[Line]:
    """The instances that an Auto Scaling group starts with, including their volumes and metrics."""
    reference: str = body["launch_template"]["id"]  # ${aws_launch_template.<id>.id}
    template = resources["aws_launch_template"][reference.split(".")[1]]
    size, kind = body["desired_capacity"], template["instance_type"]
    price = look_up(prices.instances, kind, section="instances", what="instance type")
    yield Line(kind, size, price, runs=True)
    for device in template["block_device_mappings"]:
        volume = device["ebs"]
        kind, gib = volume["volume_type"], volume["volume_size"]
        price = look_up(prices.volumes, kind, section="volumes", what="volume type")
        yield Line(f"{kind} volume", size * gib, price)
    if template.get("monitoring", {}).get("enabled"):
        yield Line("metric", size * INSTANCE_METRICS, prices.items.metric)


def _policy(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body["policy_type"] != "TargetTrackingScaling":
        raise _unpriced(f"a scaling policy of type {body['policy_type']}")
    yield Line("alarm", TARGET_TRACKING_ALARMS, prices.items.alarm)


def _load_balancer(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body["load_balancer_type"] != "application":
        raise _unpriced(f"a load balancer of type {body['load_balancer_type']}")
    yield Line("load balancer", 1, prices.items.load_balancer, runs=True)
    if not body.get("internal"):
        yield Line("public IPv4 address", len(body["subnets"]), prices.items.public_ipv4)


def _endpoint(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """A gateway endpoint is free; an interface endpoint costs money in each of its zones."""
    kind = body["vpc_endpoint_type"]
    if kind == "Interface":
        zones = len(body["subnet_ids"])
        yield Line(
            "interface endpoint in a zone", zones, prices.items.interface_endpoint, runs=True
        )
    elif kind != "Gateway":
        raise _unpriced(f"a VPC endpoint of type {kind}")


def _health_check(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """Calculated and routing control checks are assumed to cost as much as endpoint checks (see the
    price's source)."""
    kind: str = body["type"]
    features = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        body.get("request_interval") == FAST_INTERVAL,
        bool(body.get("measure_latency")),
    )
    yield Line("health check", 1, prices.items.health_check)
    yield Line("health check feature", sum(features), prices.items.health_check_feature)


def _alarm(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """An alarm is billed once for each of its metrics."""
    periods = [
        query["metric"]["period"] for query in body.get("metric_query", []) if "metric" in query
    ] or [body.get("period", 0)]
    if min(periods) < STANDARD_PERIOD:
        raise _unpriced("an alarm of high resolution")
    yield Line("alarm", len(periods), prices.items.alarm)


def _function(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """The failover control.

    Each look reads the switch from S3, in each place of our own switch, and, if the standby is
    woken, when the standby was last needed. Each run sends one metric request: whether the standby
    is needed and, with a switch, whether it is set; with a database, what has become of that.
    """
    (architecture,) = body.get("architectures") or ["x86_64"]
    price = look_up(prices.functions, architecture, section="functions", what="architecture")
    gib = body["memory_size"] / MIB_PER_GIB
    yield Line(f"{architecture} function", MINUTES * FUNCTION_SECONDS * gib, price)
    yield Line("function requests", MINUTES / 1e6, prices.items.function_requests)
    variables = body["environment"]["variables"]
    latches = variables["FAILBACK"] == "manual"
    own_switch = latches and "ROUTING_CONTROL" not in variables
    places = len(json.loads(variables["SWITCH"])) if own_switch else 0
    reads = places + ("GROUP" in variables)
    yield Line("S3 reads", reads * LOOKS_A_MONTH / 1e3, prices.items.read_requests)
    of_database = ("DATABASE" in variables) * 2 + ("PROMOTE_AFTER_MINUTES" in variables)
    yield Line("metric", 1 + latches + of_database, prices.items.metric)
    yield Line("metric requests", MINUTES / 1e3, prices.items.metric_requests)


def _key(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("key", 1, prices.items.key)


def _dashboard(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("dashboard", 1, prices.items.dashboard)


def _web_acl(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("web ACL", 1, prices.items.web_acl)
    yield Line("web ACL rule", len(body["rule"]), prices.items.web_acl_rule)


def _nat_gateway(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("NAT gateway", 1, prices.items.nat_gateway, runs=True)


def _address(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("public IPv4 address", 1, prices.items.public_ipv4)


def _zone(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("hosted zone", 1, prices.items.hosted_zone)


def _pipeline(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body.get("pipeline_type") != "V2":
        raise _unpriced("a pipeline of another type than V2")
    minutes = DELIVERIES * DELIVERY_MINUTES
    yield Line(f"pipeline: {DELIVERING}", minutes, prices.items.pipeline_minutes)


def _build(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    kind = body["environment"]["compute_type"]
    if kind != SMALL_BUILD:
        raise _unpriced(f"a build of type {kind}")
    yield Line(f"build: {DELIVERING}", DELIVERIES * DELIVERY_MINUTES, prices.items.build_minutes)


def _aurora_instance(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    kind = body["instance_class"]
    price = look_up(prices.aurora, kind, section="aurora", what="Aurora class")
    yield Line(f"Aurora {kind}", 1, price, runs=True)


def _database(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """An RDS instance and its first storage, of which a replica has as much as its source."""
    kind, zones = body["instance_class"], 1 + bool(body.get("multi_az"))
    price = look_up(prices.databases, kind, section="databases", what="database class")
    yield Line(f"RDS {kind} in a zone", zones, price, runs=True)
    gib = body["max_allocated_storage"] // STORAGE_GROWTH
    yield Line("database storage", zones * gib, prices.items.database_storage)


def _secret(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("secret", 1 + len(body.get("replica", ())), prices.items.secret)


def _unpriced(what: str) -> OperationError:
    return OperationError(f"{what} has no price: count it in operations/strategies/costs.py")


COUNTERS: dict[str, Counter] = {
    "aws_autoscaling_group": _group,
    "aws_autoscaling_policy": _policy,
    "aws_cloudwatch_dashboard": _dashboard,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_codebuild_project": _build,
    "aws_codepipeline": _pipeline,
    "aws_db_instance": _database,
    "aws_eip": _address,
    "aws_kms_key": _key,
    "aws_lambda_function": _function,
    "aws_lb": _load_balancer,
    "aws_nat_gateway": _nat_gateway,
    "aws_rds_cluster_instance": _aurora_instance,
    "aws_route53_health_check": _health_check,
    "aws_route53_zone": _zone,
    "aws_secretsmanager_secret": _secret,
    "aws_vpc_endpoint": _endpoint,
    "aws_wafv2_web_acl": _web_acl,
}
