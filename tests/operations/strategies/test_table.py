"""The strategies side by side."""

import re

import pytest

from environments import RoutingControl
from functions.failover_control.agreed import LOOKS
from modules.recovery_time import recovery_time
from operations.costs.notes import left_out
from operations.costs.prices import Prices
from operations.strategies.table import Option, breakdown, notes, options, summary
from tests.arc import ROUTING_CONTROL
from tests.synthesis import example

Options = list[Option]


@pytest.mark.parametrize("fixture", ["mission_options", "staging_options"])
def test_a_standby_costs_more_the_more_of_it_runs(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    hot, warm, pilot_light = request.getfixturevalue(fixture)
    assert 0 < pilot_light.usd < warm.usd < hot.usd


def test_the_table_names_the_files_strategy(
    mission_options: Options, staging_options: Options
) -> None:
    assert [row[0] for row in summary(mission_options).rows] == [
        "hot (chosen)",
        "warm",
        "pilot_light",
    ]
    assert [row[0] for row in summary(staging_options).rows] == [
        "hot",
        "warm (chosen)",
        "pilot_light",
    ]


def test_the_table_says_what_runs(mission_options: Options, staging_options: Options) -> None:
    assert [option.running for option in mission_options] == [
        "2 x t3.micro, 1 x load balancer",
        "1 x t3.micro, 1 x load balancer",
        "no t3.micro, 1 x load balancer",
    ]
    hot, _, pilot_light = staging_options
    assert "4 x interface endpoint in a zone" in hot.running
    assert "endpoint" not in pilot_light.running


def test_the_table_has_the_recovery_times_arithmetic(mission_options: Options) -> None:
    hot, warm, pilot_light = mission_options
    assert hot.recovery == warm.recovery == str(recovery_time(example("mission")))
    assert re.fullmatch(r"\d+ s = .* activation .*", pilot_light.recovery)


def test_an_instance_is_all_that_a_warm_standby_spares_of_a_hot_one(
    mission_options: Options, prices: Prices
) -> None:
    hot, warm, _ = mission_options
    instance = prices.instances["t3.micro"].usd + 8 * 0.08 + 7 * 0.30
    assert hot.usd - warm.usd == pytest.approx(instance)


def test_the_breakdowns_products_are_right_and_add_up(staging_options: Options) -> None:
    *rows, sums = breakdown(staging_options).rows
    for column, option in enumerate(staging_options, start=2):
        total = 0.0
        for row in rows:
            price = float(row[1].split()[0])
            quantity, _, usd = row[column].rpartition(" x = ")
            product = float((quantity or "0").replace(",", "")) * price
            assert product == pytest.approx(float(usd), abs=0.0051)
            total += product
        assert sums[column] == f"{option.usd:,.2f}"
        assert total == pytest.approx(option.usd, abs=0.001)


def test_what_runs_under_no_strategy_is_not_in_the_breakdown(mission_options: Options) -> None:
    items = [row[0] for row in breakdown(mission_options).rows]
    assert "NAT gateway" not in items
    assert "interface endpoint in a zone" not in items


def test_the_notes_name_borrowed_prices_and_where_the_rest_is(
    mission_options: Options, staging_options: Options, prices: Prices
) -> None:
    share, *priced = notes(example("mission"), mission_options, prices)
    assert "`./failover costs` adds that" in share
    assert not any("for want of" in note for note in priced)
    borrowed = "us-east-1's prices, for want of eu-west-1's own: all."
    assert borrowed in notes(example("staging"), staging_options, prices)


def test_a_routing_controls_cluster_is_named_and_not_in_the_sums(
    mission_options: Options, prices: Prices
) -> None:
    mission = example("mission")
    control = RoutingControl.model_validate(ROUTING_CONTROL)
    failover = mission.failover.model_copy(update={"routing_control": control})
    environment = mission.model_copy(update={"failover": failover})
    cluster = "the routing control's cluster, which an organisation shares (1,825.00)"
    assert cluster in left_out(environment, prices)
    assert cluster not in left_out(mission, prices)
    runs = 43.8  # thousands
    for own, arc in zip(mission_options, options(environment, prices), strict=True):
        # Two object checks, HTTPS and fast, less one routing control check; and no reads of the
        # objects.
        spared = 2 * 2.50 - 0.50 + runs * 2 * LOOKS * 0.0004
        assert own.usd - arc.usd == pytest.approx(spared)
