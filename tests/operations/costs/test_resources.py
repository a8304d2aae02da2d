"""What is counted in a stack's JSON, and what is rejected."""

import json
from typing import Any

import pytest

from functions.failover_control.agreed import LOOKS
from operations.costs.line import Line, by_item
from operations.costs.prices import Prices
from operations.costs.resources import count
from operations.costs.variants import standby_stacks
from terminal.errors import OperationError
from tests.applications import running

MINUTES_A_MONTH = 43_800
ALARM = {"namespace": "AWS/Route53", "period": 60}
VARIABLES = {"FAILBACK": "manual", "GROUP": "x", "SWITCH": '[{"bucket": "a"}, {"bucket": "b"}]'}
CONTROL = "functions.failover_control.handler.handle"
FUNCTION = {"handler": CONTROL, "memory_size": 128, "environment": {"variables": VARIABLES}}
WATCH = {**FUNCTION, "handler": "functions.standby_watch.handler.handle"}
PROVIDER = {"aws": [{"region": "us-east-1"}, {"alias": "india", "region": "ap-south-1"}]}
GROUP = {"launch_template": {"id": "${aws_launch_template.web.id}"}, "desired_capacity": 3}
POLICY = {"policy_type": "TargetTrackingScaling"}


def template(instance_type: str = "t3.micro", volume_type: str = "gp3") -> dict[str, Any]:
    volume = {"device_name": "/dev/xvda", "ebs": {"volume_type": volume_type, "volume_size": 8}}
    return {
        "instance_type": instance_type,
        "block_device_mappings": [volume],
        "monitoring": {"enabled": True},
    }


def web(**changes: str) -> dict[str, Any]:
    return {
        "aws_launch_template": {"web": template(**changes), "other": template("m7i.large")},
        "aws_autoscaling_group": {"group": GROUP},
    }


def one(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"resource": {kind: {"it": body}}}


def lines_of(prices: Prices, *stacks: dict[str, Any]) -> list[Line]:
    named = {f"stack {number}": stack for number, stack in enumerate(stacks)}
    return count({name: {"provider": PROVIDER, **one} for name, one in named.items()}, prices)


def counted(prices: Prices, *stacks: dict[str, Any]) -> dict[str, Line]:
    return {line.what: line for line in by_item(lines_of(prices, *stacks))}


def quantities(prices: Prices, *stacks: dict[str, Any]) -> dict[str, float]:
    return {what: line.quantity for what, line in counted(prices, *stacks).items()}


def test_instances_cost_with_their_volumes_and_metrics(prices: Prices) -> None:
    lines = counted(prices, {"resource": web()})
    assert {what: line.quantity for what, line in lines.items()} == {
        "t3.micro": 3,
        "gp3 volume": 24,
        "metric": 21,
    }
    assert lines["t3.micro"].usd == pytest.approx(3 * 7.59)
    assert lines["gp3 volume"].usd == pytest.approx(24 * 0.08)
    assert lines["metric"].usd == pytest.approx(21 * 0.30)


def test_metrics_of_every_five_minutes_cost_nothing(prices: Prices) -> None:
    resources = web()
    del resources["aws_launch_template"]["web"]["monitoring"]
    assert "metric" not in quantities(prices, {"resource": resources})


def test_a_public_load_balancer_has_an_address_in_each_zone(prices: Prices) -> None:
    body = {"load_balancer_type": "application", "internal": False, "subnets": ["a", "b", "c"]}
    assert quantities(prices, one("aws_lb", body)) == {
        "load balancer": 1,
        "public IPv4 address": 3,
    }
    assert quantities(prices, one("aws_lb", {**body, "internal": True})) == {"load balancer": 1}


def test_a_nat_gateway_costs_and_so_does_its_address(prices: Prices) -> None:
    lines = counted(prices, one("aws_nat_gateway", {}), one("aws_eip", {}))
    assert [(what, line.usd) for what, line in lines.items()] == [
        ("NAT gateway", 32.85),
        ("public IPv4 address", 3.65),
    ]


def test_interface_endpoints_cost_in_each_zone_and_gateway_endpoints_nothing(
    prices: Prices,
) -> None:
    interface = {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]}
    resources = {
        "aws_vpc_endpoint": {
            "s3": {"vpc_endpoint_type": "Gateway", "route_table_ids": ["x"]},
            "ssm": interface,
            "ssmmessages": interface,
        }
    }
    (line,) = by_item(lines_of(prices, {"resource": resources}))
    assert (line.quantity, line.usd) == (4, pytest.approx(29.2))


@pytest.mark.parametrize(
    ("body", "features"),
    [
        ({"type": "HTTP", "request_interval": 30}, 0),
        ({"type": "HTTP", "request_interval": 10}, 1),
        ({"type": "HTTPS", "request_interval": 30}, 1),
        ({"type": "HTTPS_STR_MATCH", "request_interval": 10, "measure_latency": True}, 4),
        ({"type": "CALCULATED"}, 0),
        ({"type": "CLOUDWATCH_METRIC"}, 0),
        ({"type": "RECOVERY_CONTROL"}, 0),
    ],
)
def test_a_health_check_costs_more_for_each_feature(
    prices: Prices, body: dict[str, Any], features: int
) -> None:
    assert quantities(prices, one("aws_route53_health_check", body)) == {
        "health check": 1,
        "health check feature": features,
    }


def test_looking_for_a_string_costs_at_both_regions(prices: Prices) -> None:
    """And releases cost nothing but what is stored."""
    found = [
        by_item(count(standby_stacks(running("release", settings)), prices))
        for settings in ({}, {"health_check_string": "ok"})
    ]
    features = [
        next(line.quantity for line in lines if line.what == "health check feature")
        for lines in found
    ]
    assert features[1] == features[0] + 2
    usd = [sum(line.usd for line in lines) for lines in found]
    assert usd[1] - usd[0] == pytest.approx(2)


def test_an_alarm_costs_as_often_as_it_has_metrics(prices: Prices) -> None:
    metric = {"metric": {"period": 60}}
    ratio = {
        "metric_query": [{"expression": "a / b"}, {"id": "a", **metric}, {"id": "b", **metric}]
    }
    assert quantities(prices, one("aws_cloudwatch_metric_alarm", ALARM)) == {"alarm": 1}
    assert quantities(prices, one("aws_cloudwatch_metric_alarm", ratio)) == {"alarm": 2}


def test_keys_and_dashboards_cost(prices: Prices) -> None:
    lines = counted(prices, one("aws_kms_key", {}), one("aws_cloudwatch_dashboard", {}))
    assert {what: line.usd for what, line in lines.items()} == {"key": 1, "dashboard": 3}


def test_target_tracking_has_two_alarms_of_its_own(prices: Prices) -> None:
    assert quantities(prices, one("aws_autoscaling_policy", POLICY)) == {"alarm": 2}


def test_the_function_costs_what_it_waits(prices: Prices) -> None:
    lines = counted(prices, one("aws_lambda_function", FUNCTION))
    function = lines["x86_64 function"]
    assert function.quantity == MINUTES_A_MONTH * 61 / 8
    assert function.usd == pytest.approx(5.57, abs=0.005)
    assert lines["function requests"].quantity == MINUTES_A_MONTH / 1e6
    assert lines["S3 reads"].quantity == 3 * LOOKS * MINUTES_A_MONTH / 1000
    assert lines["metric"].quantity == 2, "the switch's position, and the standby's need"
    assert lines["metric requests"].quantity == MINUTES_A_MONTH / 1000


def test_the_function_reads_what_it_has_to(prices: Prices) -> None:
    switchless = {**FUNCTION, "environment": {"variables": {"FAILBACK": "automatic"}}}
    found = quantities(prices, one("aws_lambda_function", switchless))
    assert (found["S3 reads"], found["metric"]) == (0, 1)


def test_the_function_does_not_ask_s3_for_the_switch_that_a_routing_control_is(
    prices: Prices,
) -> None:
    variables = {**VARIABLES, "ROUTING_CONTROL": "arn"}
    function = {**FUNCTION, "environment": {"variables": variables}}
    reads = quantities(prices, one("aws_lambda_function", function))["S3 reads"]
    assert reads == LOOKS * MINUTES_A_MONTH / 1000


def test_a_function_on_graviton_has_a_price_of_its_own(prices: Prices) -> None:
    lines = counted(prices, one("aws_lambda_function", {**FUNCTION, "architectures": ["arm64"]}))
    assert lines["arm64 function"].price == prices.functions["arm64"]


def test_the_same_of_two_stacks_is_one_line(prices: Prices) -> None:
    alarm = one("aws_cloudwatch_metric_alarm", ALARM)
    assert quantities(prices, alarm, alarm) == {"alarm": 2}


def test_a_hosted_zone_costs(prices: Prices) -> None:
    (line,) = lines_of(prices, one("aws_route53_zone", {}))
    assert line.usd == 0.5


def test_what_is_free_has_no_line_and_a_stack_may_be_empty(prices: Prices) -> None:
    assert lines_of(prices, one("aws_vpc", {}), one("aws_flow_log", {}), {}) == []


def test_an_unknown_resource_type_is_refused(prices: Prices) -> None:
    with pytest.raises(OperationError) as caught:
        lines_of(prices, one("aws_globalaccelerator_accelerator", {}))
    assert str(caught.value) == (
        "nobody knows what aws_globalaccelerator_accelerator costs: add it to [free] or [used] in"
        " operations/costs/prices.toml, or count it in operations/costs/"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instance_type": "m7i.large"}, "instance type m7i.large"),
        ({"volume_type": "io2"}, "volume type io2"),
    ],
)
def test_an_unknown_instance_or_volume_type_is_refused(
    prices: Prices, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(OperationError, match=f"no price for the {said}: add "):
        lines_of(prices, {"resource": web(**changes)})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("aws_lb", {"load_balancer_type": "network", "subnets": []}),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "GatewayLoadBalancer"}),
        ("aws_cloudwatch_metric_alarm", {**ALARM, "period": 10}),
        ("aws_cloudwatch_metric_alarm", {"metric_query": []}),
        ("aws_cloudwatch_metric_alarm", {"metric_query": [{"metric": {"period": 10}}]}),
        ("aws_autoscaling_policy", {"policy_type": "PredictiveScaling"}),
        ("aws_lambda_function", {**FUNCTION, "handler": "functions.other.handle"}),
    ],
)
def test_a_dearer_kind_of_a_known_type_is_refused(
    prices: Prices, kind: str, body: dict[str, Any]
) -> None:
    with pytest.raises(OperationError, match="has no price"):
        lines_of(prices, one(kind, body))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, (0, 1)), ({"RELEASES": '{"us-east-1": "a", "ap-south-1": "b"}'}, (87.6, 2))],
)
def test_the_standby_watch_asks_once_a_minute(
    prices: Prices, variables: dict[str, str], expected: tuple[float, int]
) -> None:
    found = quantities(
        prices, one("aws_lambda_function", {**WATCH, "environment": {"variables": variables}})
    )
    assert found["x86_64 function"] == MINUTES_A_MONTH / 8
    assert (found["S3 reads"], found["metric"]) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize(
    ("standby", "requests", "reads"),
    [
        ({}, 2, 0),
        ({"releases": "a", "control": "b", "database": {"name": "c"}}, 4, 2),
    ],
)
def test_readiness_checks_run_twice_an_hour(
    prices: Prices, standby: dict[str, Any], requests: int, reads: int
) -> None:
    function = {
        "handler": "functions.standby_readiness.handler.handle",
        "memory_size": 256,
        "environment": {"variables": {"STANDBY": json.dumps(standby)}},
    }
    found = quantities(prices, one("aws_lambda_function", function))
    runs = MINUTES_A_MONTH / 30
    assert found["x86_64 function"] == runs * 15 / 4
    assert found["metric requests"] == pytest.approx(runs * requests / 1000)
    assert found["S3 reads"] == pytest.approx(runs * reads / 1000)
    assert found["metric"] == 1


def test_a_resource_is_paid_for_in_its_providers_region(prices: Prices) -> None:
    body = {"load_balancer_type": "application", "internal": True, "subnets": []}
    here, there = lines_of(
        prices, one("aws_lb", body), one("aws_lb", {**body, "provider": "aws.india"})
    )
    assert (here.region, here.price.usd, here.stack) == ("us-east-1", 16.43, "stack 0")
    assert (there.region, there.price.usd, there.resource) == ("ap-south-1", 17.45, "aws_lb.it")
    assert [line.what for line in by_item([here, there])] == [
        "load balancer in us-east-1",
        "load balancer in ap-south-1",
    ]
