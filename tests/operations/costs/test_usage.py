"""What use adds, from stated traffic."""

from dataclasses import replace
from typing import Any

import pytest

from environments import Environment
from operations.costs.line import Line
from operations.costs.prices import Prices
from operations.costs.usage import Traffic, usage
from tests.conftest import Synthesised
from tests.synthesis import example

BUSY = Traffic(10e6, 500, writes_gigabytes=5, stored_gigabytes=20, nat_gigabytes=7)
MISSION_STACKS = ("bootstrap", "primary", "dr", "global")


def used(found: Synthesised, traffic: Traffic, prices: Prices) -> dict[tuple[str, str], Line]:
    """By item and stack."""
    stacks = {name: stack.json for name, stack in found.stacks.items()}
    lines = usage(found.environment, stacks, traffic, prices)
    assert len({(line.what, line.stack, line.region) for line in lines}) == len(lines)
    return {(line.what, line.stack): line for line in lines}


def made_of(resources: dict[str, Any], stack: str = "primary") -> dict[str, Any]:
    """The mission's stacks, all empty but for one."""
    provider = {"aws": [{"region": "ap-south-1"}]}
    empty: dict[str, Any] = {
        name: {"provider": provider, "resource": {}} for name in MISSION_STACKS
    }
    return empty | {stack: {"provider": provider, "resource": resources}}


def only(
    environment: Environment, stacks: dict[str, Any], traffic: Traffic, prices: Prices
) -> Line:
    (line,) = usage(environment, stacks, traffic, prices)
    return line


def test_without_traffic_there_are_health_checks(mission: Synthesised, prices: Prices) -> None:
    """16 checkers, every 10 seconds, in a month of 730 hours."""
    found = used(mission, Traffic(), prices)
    probes = 16 * 730 * 3600 / 10
    for stack in ("primary", "dr"):
        assert found["firewall, health checks", stack].quantity == pytest.approx(probes / 1e6)
        capacity = found["load balancer capacity, health checks", stack]
        assert capacity.quantity == pytest.approx(probes / (25 * 3600))
        assert found["flow logs", stack].quantity == pytest.approx(probes * 4 * 120 / 1e9)
    assert {stack for _, stack in found} == {"primary", "dr"}


def test_slower_health_checks_cost_a_third(
    mission: Synthesised, staging: Synthesised, prices: Prices
) -> None:
    name = "firewall, health checks", "dr"
    fast, slow = (used(one, Traffic(), prices)[name] for one in (mission, staging))
    assert fast.usd == pytest.approx(3 * slow.usd)


def test_a_check_from_fewer_regions_has_fewer_checkers(prices: Prices) -> None:
    mission = example("mission")
    check = {"fqdn": mission.regional_name("primary"), "request_interval": 10}
    stacks = made_of({"aws_wafv2_web_acl": {"it": {}}})
    for regions, checkers in ((None, 16), (["a", "b", "c"], 6)):
        body = {**check, **({"regions": regions} if regions else {})}
        resources = {"aws_route53_health_check": {"it": body}}
        stacks["global"] = {**stacks["global"], "resource": resources}
        line = only(mission, stacks, Traffic(), prices)
        assert line.quantity == pytest.approx(checkers * 730 * 3600 / 10 / 1e6)


def test_users_cost_where_the_primary_is(mission: Synthesised, prices: Prices) -> None:
    found = used(mission, BUSY, prices)
    sent = found["sent to users", "primary"]
    assert (sent.region, sent.usd) == ("ap-south-1", pytest.approx(500 * 0.1093))
    assert found["firewall, users", "primary"].usd == pytest.approx(10 * 0.60)
    assert ("firewall, users", "dr") not in found
    queries = [found[f"DNS queries, {kind}", "global"].quantity for kind in ("A", "AAAA")]
    assert queries == [1, 1]
    assert found["query log", "global"].quantity == pytest.approx(2e6 * 150 / 1e9)
    assert found["query log kept", "global"].quantity == pytest.approx(0.3 * 365 / 30)


@pytest.mark.parametrize(("requests", "gigabytes", "units"), [(90e6, 10, 100), (9e6, 500, 500)])
def test_a_load_balancers_units_are_the_larger_of_its_dimensions(
    prices: Prices, requests: float, gigabytes: float, units: float
) -> None:
    stacks = made_of({"aws_lb": {"it": {}}})
    lines = usage(example("mission"), stacks, Traffic(requests, gigabytes), prices)
    assert lines[0].what == "load balancer capacity, users"
    assert lines[0].quantity == pytest.approx(units)


def test_nat_gateways_share_the_traffic(staging: Synthesised, prices: Prices) -> None:
    assert used(staging, BUSY, prices)["through NAT", "primary"].quantity == 7
    stacks = made_of({"aws_nat_gateway": {"a": {}, "b": {}}})
    line = only(example("mission"), stacks, replace(BUSY, requests=0, gigabytes=0), prices)
    assert (line.quantity, line.price.usd) == (7, 0.056)


def test_a_database_is_written_and_stored_in_both_regions(
    releases: Synthesised, prices: Prices
) -> None:
    found = used(releases, BUSY, prices)
    for stack in ("primary", "dr"):
        assert found["Aurora writes", stack].quantity == pytest.approx(5e9 / 4096 / 1e6)
        assert found["Aurora storage", stack].quantity == 20
    replicated = found["sent to the standby", "primary"]
    assert replicated.quantity == 5
    assert replicated.price == prices.at(replicated.region).items.transfer


def test_an_instance_of_rds_only_replicates(prices: Prices) -> None:
    """Its storage is paid for whether it is used or not."""
    stacks = made_of({"aws_db_instance": {"it": {}}})
    line = only(example("mission"), stacks, replace(BUSY, requests=0, gigabytes=0), prices)
    assert (line.what, line.quantity, line.price.usd) == ("sent to the standby", 5, 0.086)


def test_tables_share_the_writes(tables: Synthesised, prices: Prices) -> None:
    """There are two, and each write goes to one of them, in both regions."""
    stacks = {name: stack.json for name, stack in tables.stacks.items()}
    lines = usage(tables.environment, stacks, BUSY, prices)
    writes = [line for line in lines if line.what == "table writes"]
    assert [line.region for line in writes] == ["ap-south-1", "us-east-1"]
    assert [line.quantity for line in writes] == [pytest.approx(5e9 / 1024 / 1e6)] * 2
    assert [line.usd for line in lines if line.what == "table reads"] == [pytest.approx(1.425)]
    assert sum(line.what == "sent to the standby" for line in lines) == 1


def test_every_estimate_has_its_formula(mission: Synthesised, prices: Prices) -> None:
    found = used(mission, BUSY, prices)
    assert len(found) > 12
    assert all(line.formula for line in found.values())
