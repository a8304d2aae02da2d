"""The few files of tests/environments/pairs.py whose web ACLs are applied."""

from tests.environments import pairs


def values_of(row: dict[str, str]) -> set[tuple[str, str]]:
    """The values of a row's firewall."""
    return {(name, value) for name, value in row.items() if name.startswith("firewall.")}


def with_a_new_value() -> set[int]:
    """The numbers of the first rows that together contain every value."""
    seen, chosen = set[tuple[str, str]](), set[int]()
    for number, row in enumerate(pairs.rows()):
        if values_of(row) - seen:
            chosen.add(number)
            seen |= values_of(row)
    return chosen
