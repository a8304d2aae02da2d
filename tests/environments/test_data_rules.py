"""What `[data]` must be, together with the rest of the file."""

from typing import Any

import pytest

from environments import EnvironmentFileError
from environments.data import KINDS, RESERVED_DATABASES
from environments.loading import check

File = dict[str, Any]


def mistakes(file: File, **data: Any) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file | {"data": data}, "some.toml")
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize("engine", [*KINDS, "none"])
def test_each_engine_is_taken(mission_file: File, engine: str) -> None:
    found = check(mission_file | {"data": {"engine": engine}}, "some.toml").data
    assert (found.kind is None) == (engine == "none")
    assert found.version == (found.kind.version if found.kind else None)


def test_users_must_not_return_by_themselves(mission_file: File) -> None:
    mission_file["failover"] = {"failback": "automatic"}
    assert mistakes(mission_file, engine="aurora-mysql") == [
        'failover.failback: must be "manual" with data.engine = "aurora-mysql", and is "automatic"'
    ]


def test_nothing_is_promoted_without_a_database(mission_file: File) -> None:
    assert mistakes(mission_file, promotion="automatic") == [
        'data.promotion: must be "manual" with data.engine = "none"'
    ]


@pytest.mark.parametrize("chosen", ["db.t3.medium", "db.t4g.large", "db.t2.small"])
def test_aurora_takes_no_burstable_class(mission_file: File, chosen: str) -> None:
    (mistake,) = mistakes(mission_file, engine="aurora-postgresql", instance_class=chosen)
    assert mistake.startswith("data.instance_class: must not be burstable")
    rds = {"engine": "rds-mysql-replica", "instance_class": chosen}
    assert check(mission_file | {"data": rds}, "some.toml").data.instance_class == chosen


@pytest.mark.parametrize(
    ("engine", "version"),
    [
        ("aurora-postgresql", "8.0.mysql_aurora.3.10.0"),
        ("aurora-mysql", "8.0.42"),
        ("rds-postgres-replica", "8.0.42"),
        ("rds-mysql-replica", "16.9"),
    ],
)
def test_a_version_is_of_its_engine(mission_file: File, engine: str, version: str) -> None:
    (mistake,) = mistakes(mission_file, engine=engine, engine_version=version)
    assert mistake.startswith("data.engine_version: must be a version such as ")
    assert mistake.endswith(f'with data.engine = "{engine}"; it is {version}')


def test_each_instance_has_a_zone(mission_file: File) -> None:
    assert mistakes(mission_file, engine="aurora-mysql", instances=4) == [
        f"data.instances: must be at most 3, a zone of {role}.zones for each; it is 4"
        for role in ("primary", "dr")
    ]
    rds = {"engine": "rds-mysql-replica", "instances": 4}
    assert check(mission_file | {"data": rds}, "some.toml")


def test_a_standby_that_rests_needs_no_zone_for_each(mission_file: File) -> None:
    mission_file["dr"] |= {"capacity": {"min": 1, "desired": 1, "max": 3}}
    mission_file["dr"]["zones"] = mission_file["dr"]["zones"][:2]
    mission_file["failover"] = {"strategy": "warm"}
    data = {"engine": "aurora-mysql", "instances": 3}
    assert check(mission_file | {"data": data}, "some.toml").data.instances == 3


def test_rds_takes_no_two_hyphens_in_a_row(mission_file: File) -> None:
    mission_file["name"] = "two--hyphens"
    assert mistakes(mission_file, engine="aurora-mysql") == [
        'name: must not have two hyphens in a row with data.engine = "aurora-mysql",'
        " and is 'two--hyphens'"
    ]
    assert check(mission_file, "some.toml").name == "two--hyphens"


def test_the_projects_variables_are_not_the_files(mission_file: File) -> None:
    mission_file["application"] = {"environment": {"DATABASE_HOST": "here"}}
    mission_file["dr"]["application"] = {"environment": {"DATABASE_NAME": "there"}}
    ending = 'must be left out with data.engine = "aurora-mysql": this project sets it'
    assert mistakes(mission_file, engine="aurora-mysql") == [
        f"application.environment.DATABASE_HOST: {ending}",
        f"dr.application.environment.DATABASE_NAME: {ending}",
    ]
    assert check(mission_file, "some.toml").data.kind is None


@pytest.mark.parametrize("name", [*RESERVED_DATABASES, "Shop", "1shop", "shop-1", "", "a" * 64])
def test_a_database_has_a_name_that_every_engine_takes(mission_file: File, name: str) -> None:
    (mistake,) = mistakes(mission_file, engine="aurora-mysql", database=name)
    assert mistake.startswith("data.database: ")
