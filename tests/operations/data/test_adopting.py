"""A Terraform state that means another instance afterwards, and nothing else."""

import json
from typing import Any

import pytest

from environments import Environment
from operations.data.adopting import adopt
from terminal.errors import OperationError
from tests.databases import with_database

OLD, NEW = "db-OLD", "db-NEW"


class Rds:
    """Whose instances all have the new ID."""

    def __init__(self, region: str) -> None:
        self.region = region

    def describe_db_instances(self, DBInstanceIdentifier: str) -> dict[str, Any]:  # noqa: N803
        assert self.region in DBInstanceIdentifier
        return {"DBInstances": [{"DbiResourceId": NEW}]}


def connect(_: str, region: str) -> Rds:
    return Rds(region)


@pytest.fixture
def environment() -> Environment:
    return with_database("rds-postgres-replica")


def state(identifier: str, id: str = OLD, name: str = "database_instance") -> dict[str, Any]:
    attributes = {
        "id": id,
        "resource_id": id,
        "identifier": identifier,
        "final_snapshot_identifier": f"{identifier}-final",
        "password_wo_version": 3,
    }
    instance = {"schema_version": 2, "attributes": attributes, "private": "bm90aGluZw=="}
    database = {"mode": "managed", "type": "aws_db_instance", "name": name}
    other = {"mode": "managed", "type": "aws_vpc", "name": "vpc", "instances": [{}]}
    resources = [other, {**database, "instances": [instance]}]
    return {"version": 4, "serial": 7, "lineage": "same", "resources": resources}


@pytest.mark.parametrize("role", ["primary", "dr"])
def test_it_means_the_instance_that_has_the_name_now(environment: Environment, role: Any) -> None:
    name = environment.database(role)
    changed = json.loads(adopt(environment, json.dumps(state(name)), connect))
    assert changed == {**state(name, NEW), "serial": 8}


def test_a_state_that_knows_the_instance_stays_as_it_is(environment: Environment) -> None:
    text = json.dumps(state(environment.database("primary"), NEW))
    assert adopt(environment, text, connect) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no state of Terraform"),
        ("[]", "no state of Terraform"),
        ('{"serial": "x"}', "no state of Terraform"),
        (json.dumps({"serial": 1}), "no state of a stack with aws_db_instance.database_instance"),
        (json.dumps(state("x", name="another")), "no state of a stack with"),
        (json.dumps(state("shop-database")), "has no database shop-database"),
    ],
)
def test_what_is_no_state_of_ours_is_refused(
    environment: Environment, text: str, told: str
) -> None:
    with pytest.raises(OperationError, match=told):
        adopt(environment, text, connect)
