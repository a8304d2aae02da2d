"""The environment under each strategy, and what its stacks then emit."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from environments import Strategy
from environments.loading import check
from operations.costs.variants import STRATEGIES, standby_stacks, variant
from tests.conftest import EXAMPLE_NAMES
from tests.environments.generated import File, files
from tests.synthesis import example


@settings(max_examples=40)
@given(files())
def test_every_valid_file_has_a_valid_variant_for_each_strategy(file: File) -> None:
    environment = check(file, "generated")
    for strategy in STRATEGIES:
        assert variant(environment, strategy).failover.strategy == strategy


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_the_files_own_strategy_is_the_file_itself(name: str) -> None:
    environment = example(name)
    assert variant(environment, environment.failover.strategy) == environment


@pytest.mark.parametrize(
    ("name", "strategy", "sizes"),
    [
        ("mission", "warm", (1, 1, 6)),
        ("mission", "pilot_light", (0, 0, 6)),
        ("staging", "hot", (2, 2, 3)),
    ],
)
def test_a_variant_has_the_strategys_numbers(
    name: str, strategy: Strategy, sizes: tuple[int, int, int]
) -> None:
    capacity = variant(example(name), strategy).dr.capacity
    assert (capacity.min, capacity.desired, capacity.max) == sizes


def test_a_pilot_light_has_no_endpoints_and_another_strategy_keeps_them() -> None:
    staging = example("staging")
    assert not variant(staging, "pilot_light").dr.session_manager_endpoints
    assert variant(staging, "hot").dr.session_manager_endpoints


def test_what_is_emitted_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert set(standby_stacks(example("staging"))) == {"dr", "global"}
    assert list(tmp_path.iterdir()) == []
