"""The pairwise set is complete: it has every key, and every pair of values that the rules allow."""

from typing import Any

import pytest

from environments import EnvironmentFileError
from environments.loading import check
from environments.model import Environment
from environments.sections import Section
from tests.environments import pairs
from tests.environments.firewalls import values_of, with_a_new_value
from tests.environments.fitting import fitting
from tests.environments.pair_values import COVERED, REFUSED, VALUES

Keys = set[str]


def keys_of(model: type[Section], before: str = "") -> Keys:
    """Every key of the schema with a value of its own, as a dotted path."""
    found: Keys = set()
    for name, field in model.model_fields.items():
        path = f"{before}{field.alias or name}"
        kinds = getattr(field.annotation, "__args__", None) or (field.annotation,)
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Section)]
        found |= keys_of(inner[0], f"{path}.") if inner else {path}
    return found


def test_every_key_of_the_schema_has_at_least_two_values() -> None:
    covered = {key for name in VALUES for key in COVERED.get(name, (name,))}
    assert covered == keys_of(Environment)
    assert all(len(values) >= 2 for values in VALUES.values())


def test_the_files_hold_every_pair_that_is_allowed() -> None:
    met = set().union(*(pairs.pairs_of(row) for row in pairs.rows()))
    assert pairs.all_pairs() <= met
    assert all(map(pairs.allowed, pairs.rows()))


def test_the_first_files_hold_every_value() -> None:
    first = pairs.every_value()
    met = set().union(*map(pairs.values_of, first))
    assert met == {(name, value) for name, values in VALUES.items() for value in values}
    assert len(first) == max(map(len, VALUES.values())), "as few as there can be"


def test_two_of_the_first_files_hold_every_value_of_the_firewall() -> None:
    """The web ACLs of these files are applied."""
    chosen = with_a_new_value()
    met = set().union(*(values_of(pairs.rows()[number]) for number in chosen))
    assert met == set().union(*map(values_of, pairs.rows()))
    assert len(chosen) == 2
    assert max(chosen) < len(pairs.every_value())


def test_the_rules_allow_each_file() -> None:
    for number, row in enumerate(pairs.rows()):
        check(fitting(pairs.file(row, number)), f"pair {number}")


@pytest.mark.parametrize("pair", sorted(REFUSED), ids=str)
def test_a_pair_that_is_left_out_is_one_that_the_rules_refuse(pair: Any) -> None:
    row = {**pairs.rows()[0], **dict(pair)}
    with pytest.raises(EnvironmentFileError):
        check(fitting(pairs.file(row, 0)), "refused")


def test_each_keys_values_reach_the_file() -> None:
    """Every factor has an effect: two of its values make two different files."""
    networks = {"primary.network": "existing", "dr.network": "existing"}
    row = {**pairs.rows()[0], **networks}
    for name, values in VALUES.items():
        workload = {"workload": "release" if name == "deliverers" else "page"}
        changed = [{**row, **workload, name: value} for value in values]
        made = [repr(pairs.file(one, 0)) for one in changed]
        assert len(set(made)) == len(values), name
        assert all(pairs.has_effect((name, one[name]), one) for one in changed)
