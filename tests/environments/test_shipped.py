"""The shipped environments are the ones that the other tests use."""

import pytest

from environments import load_environment
from tests.synthesis import example


@pytest.mark.parametrize(("shipped", "frozen"), [("production", "mission"), ("staging", "staging")])
def test_the_shipped_environments_are_the_examples(shipped: str, frozen: str) -> None:
    environment, expected = load_environment(shipped), example(frozen)
    if environment.dns.zone != expected.dns.zone:
        pytest.skip(f"{shipped}.toml describes another system than this repository's: yours")
    assert environment == expected
