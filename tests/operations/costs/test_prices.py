"""The price file: what it must contain, and the messages if it does not."""

import re
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from operations.costs.prices import FILE, FILE_SHOWN, Prices, load_prices, look_up
from operations.costs.resources import COUNTERS
from terminal.errors import OperationError

ROOT = Path(__file__).parent.parent.parent.parent


INDIA = "ap-south-1"


def test_every_price_is_dated_and_says_where_it_is_from(prices: Prices) -> None:
    for name, price in prices.named():
        for amount in (price, *price.regions.values()):
            assert date(2024, 1, 1) < amount.date, name
            assert len(amount.source) > 20, name
            assert amount.usd > 0, name
        assert price.unit, name
        assert not price.borrowed, f"{name}: only a region's prices are borrowed"


def test_what_costs_the_same_everywhere_has_no_regions(prices: Prices) -> None:
    assert not [name for name, price in prices.named() if price.worldwide and price.regions]


def test_a_region_has_its_own_prices_and_borrows_the_others(prices: Prices) -> None:
    india = prices.at(INDIA)
    assert (india.region, india.items.load_balancer.usd) == (INDIA, 17.45)
    assert not india.items.load_balancer.borrowed
    assert india.items.load_balancer.source != prices.items.load_balancer.source
    assert india.instances["t4g.micro"].usd < prices.instances["t4g.micro"].usd
    assert india.items.hosted_zone == prices.items.hosted_zone, "worldwide"
    assert india.items.aurora_storage.borrowed
    assert india.items.aurora_storage.usd == prices.items.aurora_storage.usd
    nowhere = prices.at("eu-north-1")
    assert all(price.borrowed != price.worldwide for _, price in nowhere.named())
    assert prices.at("us-east-1") is prices


def test_the_instance_types_of_the_shipped_environments_have_a_price(prices: Prices) -> None:
    assert {"t3.micro", "t4g.micro"} <= prices.instances.keys()


def test_no_resource_type_is_known_twice(prices: Prices) -> None:
    for one, other in combinations((COUNTERS.keys(), prices.free.keys(), prices.used.keys()), 2):
        assert not one & other


def test_what_a_reason_refers_to_is_there(prices: Prices) -> None:
    reasons = (*prices.free.values(), *prices.used.values())
    named = {name for reason in reasons for name in re.findall(r"excluded\.(\w+)", reason)}
    assert named
    assert named <= prices.excluded.keys()


def test_the_file_is_where_messages_say(prices: Prices) -> None:  # noqa: ARG001
    assert ROOT / FILE_SHOWN == FILE


def test_a_kind_without_a_price_is_told_with_what_to_add(prices: Prices) -> None:
    with pytest.raises(OperationError) as caught:
        look_up(prices.instances, "m7i.large", section="instances", what="instance type")
    assert str(caught.value) == (
        "there is no price for the instance type m7i.large:"
        ' add [instances."m7i.large"] to operations/costs/prices.toml'
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("date = 2026-11-24\n", "", "items.load_balancer.date: Field required"),
        ('unit = "month"\n', 'unit = "month"\nvat = 1\n', "items.load_balancer.vat: Extra"),
        ("usd = 16.43", "usd = 0.0", "items.load_balancer.usd"),
        ("usd = 16.43", 'usd = "16.43"', "items.load_balancer.usd"),
        ("[free]", "[gratis]", "gratis: Extra"),
        ("usd = 17.45", "usd = -1.0", "items.load_balancer.regions.ap-south-1.usd"),
        ("usd = 16.43", "usd = ", "cannot be read"),
    ],
)
def test_a_mistake_in_the_file_is_told_by_its_place(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = FILE.read_text()
    assert before in text
    (tmp_path / "prices.toml").write_text(text.replace(before, after, 1))
    with pytest.raises(OperationError, match=r"prices\.toml") as caught:
        load_prices(tmp_path / "prices.toml")
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="cannot be read"):
        load_prices(tmp_path / "prices.toml")
