"""Has Terraform's state mean the instance that `failover data resync` has made."""

import json
from collections.abc import Iterator
from typing import Any, cast

from environments import Environment
from operations.aws import Connect, client, refused
from operations.data.regions import RegionalDatabase, databases
from terminal.errors import OperationError

# How Terraform's state names the instance of a regional stack.
KIND, NAME = "aws_db_instance", "database_instance"


def adopt(environment: Environment, text: str, connect: Connect = client) -> str:
    """A regional stack's state, as `terraform state pull` prints it, with the ID of the instance
    that has the database's name now, for `terraform state push`.

    Terraform knows an instance by an ID that RDS never uses again. Whatever else the state holds
    stays: the next plan reads the instance, and what AWS does not tell, such as how to delete it,
    is still as it was applied. An import would lose that. A state that needs no change comes back
    as it was. Raises OperationError.
    """
    state = _parsed(text)
    found = [one for one in _instances(state) if one.get("identifier")]
    if len(found) != 1:
        raise OperationError(
            f"this is no state of a stack with {KIND}.{NAME}: in the folder of the stack, run"
            " `terraform state pull`"
        )
    (known,) = found
    resource_id = _resource_id(_named(environment, known["identifier"], connect))
    if known.get("id") == resource_id:
        return text
    known |= {"id": resource_id, "resource_id": resource_id}
    # Terraform takes only a state that is newer than its own.
    state["serial"] += 1
    return json.dumps(state, indent=2) + "\n"


def _parsed(text: str) -> dict[str, Any]:
    try:
        state: Any = json.loads(text)
    except ValueError:
        state = None
    if not isinstance(state, dict) or not isinstance(state.get("serial"), int):  # pyright: ignore[reportUnknownMemberType]
        raise OperationError(
            "this is no state of Terraform: `terraform state pull` in the folder of the stack"
        )
    return cast("dict[str, Any]", state)


def _instances(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in state.get("resources", ()):
        if (resource.get("type"), resource.get("name")) == (KIND, NAME):
            for instance in resource["instances"]:
                yield instance["attributes"]


def _named(environment: Environment, identifier: str, connect: Connect) -> RegionalDatabase:
    """The region whose database has this identifier."""
    for one in databases(environment, connect).values():
        if one.settings.name == identifier:
            return one
    raise OperationError(f"{environment.name} has no database {identifier}: whose state is this?")


def _resource_id(one: RegionalDatabase) -> str:
    with refused(f"{one.settings.name} in {one.region} cannot be read"):
        asked = one.rds.describe_db_instances(DBInstanceIdentifier=one.settings.name)
    return asked["DBInstances"][0]["DbiResourceId"]
