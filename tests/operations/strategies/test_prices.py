"""The price file: what it must contain, and the messages if it does not."""

from datetime import date
from pathlib import Path

import pytest

from operations.strategies.costs import COUNTERS
from operations.strategies.prices import FILE, FILE_SHOWN, Price, Prices, load_prices, look_up
from terminal.errors import OperationError

ROOT = Path(__file__).parent.parent.parent.parent


def entries(prices: Prices) -> list[Price]:
    tables = (prices.instances, prices.volumes, prices.functions)
    return [price for _, price in prices.items] + [
        price for table in tables for price in table.values()
    ]


def test_every_price_is_dated_and_says_where_it_is_from(prices: Prices) -> None:
    for price in entries(prices):
        assert date(2024, 1, 1) < price.date
        assert len(price.source) > 20
        assert price.usd > 0
        assert price.unit


def test_the_instance_types_of_the_shipped_environments_have_a_price(prices: Prices) -> None:
    assert {"t3.micro", "t4g.micro"} <= prices.instances.keys()


def test_no_resource_type_is_both_priced_and_free(prices: Prices) -> None:
    assert not COUNTERS.keys() & prices.free.keys()


def test_the_file_is_where_messages_say(prices: Prices) -> None:  # noqa: ARG001
    assert ROOT / FILE_SHOWN == FILE


def test_a_kind_without_a_price_is_told_with_what_to_add(prices: Prices) -> None:
    with pytest.raises(OperationError) as caught:
        look_up(prices.instances, "m7i.large", section="instances", what="instance type")
    assert str(caught.value) == (
        "there is no price for the instance type m7i.large:"
        ' add [instances."m7i.large"] to operations/strategies/prices.toml'
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("date = 2026-11-24\n", "", "items.load_balancer.date: Field required"),
        ('unit = "month"\n', 'unit = "month"\nvat = 1\n', "items.load_balancer.vat: Extra"),
        ("usd = 16.43", "usd = 0.0", "items.load_balancer.usd"),
        ("usd = 16.43", 'usd = "16.43"', "items.load_balancer.usd"),
        ("[free]", "[gratis]", "gratis: Extra"),
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
