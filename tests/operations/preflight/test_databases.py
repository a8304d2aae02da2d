"""Both regions must offer the database, and its secret's name must be free."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from environments import Environment
from operations.checks import Check, CheckOutcome, Status
from operations.preflight import databases
from operations.preflight.account import Account
from tests.databases import AURORA, ENGINES, with_database
from tests.synthesis import example

PRIMARY, STANDBY = "ap-south-1", "us-east-1"
Client = Callable[[str, str], Any]


class Rds:
    """Offers what is listed."""

    def __init__(self, options: list[dict[str, Any]]) -> None:
        self.options = options

    def describe_orderable_db_instance_options(self, **asked: Any) -> dict[str, Any]:
        assert asked["Engine"] in {"aurora-postgresql", "aurora-mysql", "postgres", "mysql"}
        assert asked["DBInstanceClass"] == "db.r7g.large"
        return {"OrderableDBInstanceOptions": self.options}


class Secrets:
    """Has a secret, or answers with an error."""

    def __init__(self, found: dict[str, Any] | str) -> None:
        self.found = found

    def describe_secret(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        assert SecretId == "awspractice-database"
        if isinstance(self.found, str):
            raise ClientError({"Error": {"Code": self.found, "Message": ""}}, "DescribeSecret")
        return self.found


def outcomes(
    check: Callable[[Account], Any], environment: Environment, by_region: dict[str, Any]
) -> list[CheckOutcome]:
    account = Account(environment, client=lambda _, region: by_region[region])
    return Check("it", check)(account)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_both_regions_offer_is_ready(engine: str) -> None:
    offered = Rds([{"SupportsGlobalDatabases": True}])
    found = outcomes(
        databases.databases_are_offered,
        with_database(engine),
        {PRIMARY: offered, STANDBY: offered},
    )
    assert [one.status for one in found] == [Status.READY] * 2
    assert found[0].said.startswith(f"{PRIMARY} offers db.r7g.large with ")


def test_what_one_region_lacks_is_missing() -> None:
    found = outcomes(
        databases.databases_are_offered,
        with_database("rds-mysql-replica"),
        {PRIMARY: Rds([{}]), STANDBY: Rds([])},
    )
    assert [one.status for one in found] == [Status.READY, Status.MISSING]
    assert found[1].said == (
        "us-east-1 does not offer db.r7g.large with mysql 8.4.7: set data.engine_version or"
        " data.instance_class"
    )


@pytest.mark.parametrize("engine", AURORA)
def test_a_region_without_global_databases_is_missing(engine: str) -> None:
    alone = Rds([{"SupportsGlobalDatabases": False}])
    found = outcomes(
        databases.databases_are_offered, with_database(engine), {PRIMARY: alone, STANDBY: alone}
    )
    assert {one.status for one in found} == {Status.MISSING}


@pytest.mark.parametrize(
    ("secret", "status"),
    [
        ("ResourceNotFoundException", Status.READY),
        ({"Name": "awspractice-database"}, Status.READY),
        ({"Name": "awspractice-database", "DeletedDate": "2026-11-29"}, Status.MISSING),
        ("AccessDeniedException", Status.UNKNOWN),
    ],
)
def test_the_secrets_name_is_free_or_ours(secret: Any, status: Status) -> None:
    there = Secrets(secret)
    found = outcomes(
        databases.secret_is_free, with_database("aurora-mysql"), {PRIMARY: there, STANDBY: there}
    )
    assert found[0].status is status
    if status is Status.MISSING:
        assert "aws secretsmanager restore-secret --region ap-south-1" in found[0].said


@pytest.mark.parametrize("check", [databases.databases_are_offered, databases.secret_is_free])
def test_without_a_database_nothing_is_asked(check: Callable[[Account], Any]) -> None:
    assert outcomes(check, example("mission"), {}) == []
