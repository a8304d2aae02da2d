"""`[[data.tables]]`: what a table may be, and what tables must be together."""

from typing import Any

import pytest

from environments import EnvironmentFileError, limits
from environments.loading import check
from tests.environments.extremes import most_of_names

File = dict[str, Any]
LEDGER = {"name": "ledger", "partition_key": "account"}
STATE = {"bucket": "awspractice-space-state-tables", "region": "us-west-2"}


def with_tables(file: File, *tables: Any, **state: Any) -> File:
    file["data"] = {"tables": list(tables)}
    file["state"]["tables"] = {**STATE, **state}
    return file


def mistakes(file: File) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file, "some.toml")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_tables_bring_a_stack_a_bucket_and_variables(mission_file: File) -> None:
    without = check(mission_file, "without.toml")
    assert without.stacks == ("bootstrap", "primary", "dr", "global")
    environment = check(with_tables(mission_file, LEDGER, {**LEDGER, "name": "a-b"}), "with.toml")
    assert environment.stacks == ("bootstrap", "tables", "primary", "dr", "global")
    assert environment.remote_stacks == environment.stacks[1:]
    new = set(environment.buckets.items()) - set(without.buckets.items())
    assert new == {(STATE["bucket"], STATE["region"])}
    for role in ("primary", "dr"):
        variables = set(environment.variables(role).items()) - set(without.variables(role).items())
        assert variables == {
            ("TABLE_LEDGER", "awspractice-ledger"),
            ("TABLE_A_B", "awspractice-a-b"),
        }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Ledger"}, "data.tables.0.name: is not of the allowed form: 1 to 40 lower-case"),
        ({"name": None}, "data.tables.0.name: is missing"),
        ({"partition_key": "${x}"}, "data.tables.0.partition_key: is not of the allowed form"),
        ({"sort_key_type": "M"}, "data.tables.0.sort_key_type: input should be 'S', 'N' or 'B'"),
        ({"sort_key": "account"}, "data.tables.0.sort_key: must differ from partition_key"),
        ({"time_to_live": "account"}, "data.tables.0.time_to_live: must be no attribute of the"),
        ({"max_write_units": 0}, "data.tables.0.max_write_units: input should be greater than"),
        ({"indexes": []}, "data.tables.0.indexes: is not a known key; known keys: name, partition"),
        ({"own_key": True}, "data.tables.0.own_key: is not a known key (did you mean own_keys?)"),
    ],
)
def test_a_mistake_names_its_table(mission_file: File, change: File, said: str) -> None:
    changed = {key: value for key, value in {**LEDGER, **change}.items() if value is not None}
    (mistake,) = mistakes(with_tables(mission_file, changed))
    assert mistake.startswith(said)


def test_mistakes_of_all_tables_are_reported_at_once(mission_file: File) -> None:
    tables = (
        {**LEDGER, "sort_key": "account"},
        {**LEDGER, "own_keys": "yes"},
        5,
    )
    found = mistakes(with_tables(mission_file, *tables))
    fields = [mistake.partition(":")[0] for mistake in found]
    assert fields == ["data.tables.1.own_keys", "data.tables.2", *fields[2:]]
    assert "data.tables.1.name" in fields
    assert "data.tables.0.sort_key" in fields


def test_one_table_is_no_list(mission_file: File) -> None:
    mission_file["data"] = {"tables": LEDGER}
    mission_file["state"]["tables"] = STATE
    assert mistakes(mission_file)[0].startswith("data.tables: input should be a valid list")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("ledger", "'ledger' is listed twice"),
        ("led-ger", None),
        ("the_ledger", "has the same variable as the-ledger, TABLE_THE_LEDGER"),
    ],
)
def test_names_and_variables_differ(mission_file: File, other: str, said: str | None) -> None:
    names = ("ledger", "the-ledger", other)
    file = with_tables(mission_file, *({**LEDGER, "name": name} for name in names))
    if said is None:
        check(file, "some.toml")
    else:
        assert mistakes(file) == [f"data.tables.2.name: {said}"]


@pytest.mark.parametrize("place", [(), ("primary",), ("dr",)])
def test_no_variable_of_the_application_is_a_tables(
    mission_file: File, place: tuple[str, ...]
) -> None:
    file = with_tables(mission_file, LEDGER)
    owner = file[place[0]] if place else file
    owner["application"] = {"environment": {"TABLE_LEDGER": "x", "TABLE_OTHER": "mine"}}
    path = ".".join((*place, "application.environment.TABLE_LEDGER"))
    assert mistakes(file) == [f"{path}: is the variable of the table ledger"]


def test_tables_need_a_state_and_a_state_needs_tables(mission_file: File) -> None:
    mission_file["data"] = {"tables": [LEDGER]}
    assert mistakes(mission_file) == ["state.tables: is missing, which [[data.tables]] requires"]
    del mission_file["data"]
    mission_file["state"]["tables"] = STATE
    assert mistakes(mission_file) == ["state.tables: is allowed only with [[data.tables]]"]


def test_the_state_is_not_lost_with_the_primary(mission_file: File) -> None:
    (mistake,) = mistakes(with_tables(mission_file, LEDGER, region="ap-south-1"))
    assert mistake.startswith("state.tables.region: must not be primary.region, ap-south-1: ")
    check(with_tables(mission_file, LEDGER, region="us-east-1"), "some.toml")


def test_the_state_has_a_bucket_of_its_own(mission_file: File) -> None:
    bucket = mission_file["state"]["global"]["bucket"]
    (mistake,) = mistakes(with_tables(mission_file, LEDGER, bucket=bucket))
    assert mistake.startswith(f"state.tables.bucket: '{bucket}' is state.global's bucket too")
    switch = f"{bucket}-switch"
    (mistake,) = mistakes(with_tables(mission_file, LEDGER, bucket=switch))
    assert mistake == f"state.tables.bucket: '{switch}' is the failover switch's bucket"


def test_the_variables_are_part_of_the_user_data(mission_file: File) -> None:
    mission_file["primary"]["page"] = "x" * 12_200
    check(with_tables(mission_file, LEDGER), "some.toml")
    many = ({**LEDGER, "name": f"ledger-{letter}"} for letter in "abc")
    (mistake,) = mistakes(with_tables(mission_file, *many))
    assert mistake.startswith("primary: its user data holds at most")
    assert "tables 1" in mistake


def test_the_names_of_tables_and_of_users_fit_into_a_functions_variable() -> None:
    check(most_of_names(80), "some.toml")
    (mistake,) = mistakes(most_of_names(limits.PUBLIC_NAME.most))
    assert mistake.startswith("data.tables: their names and those that users open have 3")
    assert "2290 fit into the variables" in mistake
    unchecked = most_of_names(limits.PUBLIC_NAME.most) | {"tls": False}
    check(unchecked, "some.toml")
