"""The prices that costs are computed from: a file in which every entry has a date and a source."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terminal.errors import OperationError

FILE = Path(__file__).with_name("prices.toml")
# The path as shown to operators.
FILE_SHOWN = "operations/strategies/prices.toml"

Text = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Price(_Section):
    """The price of one unit."""

    usd: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """US dollars for one unit."""
    unit: Text
    """What one unit is."""
    date: date
    """The day the source was read."""
    source: Text
    """Where the price comes from, and whether it could be confirmed."""


class Items(_Section):
    """Items with a single price, whatever their variant."""

    load_balancer: Price
    public_ipv4: Price
    nat_gateway: Price
    interface_endpoint: Price
    hosted_zone: Price
    health_check: Price
    health_check_feature: Price
    routing_control_cluster: Price
    """Never in the sums: the stacks use a cluster that already exists."""
    alarm: Price
    dashboard: Price
    key: Price
    web_acl: Price
    web_acl_rule: Price
    metric: Price
    metric_requests: Price
    function_requests: Price
    read_requests: Price
    pipeline_minutes: Price
    build_minutes: Price
    database_storage: Price
    secret: Price


class Prices(_Section):
    """The whole file."""

    region: Text
    """The region that the prices apply to."""
    items: Items
    instances: dict[str, Price]
    """By instance type."""
    aurora: dict[str, Price]
    """By class of an Aurora instance."""
    databases: dict[str, Price]
    """By class of an RDS instance in one zone."""
    volumes: dict[str, Price]
    """By volume type."""
    functions: dict[str, Price]
    """The price of a Lambda function's memory while it runs, by architecture."""
    free: dict[str, Text]
    """Resource types that cost nothing by themselves, with the reason for each."""
    excluded: dict[str, Text]
    """Costs that depend on usage, and are not in the sums."""
    excluded_of_databases: dict[str, Text]
    """The same, of a deployment with a database."""
    excluded_of_tables: dict[str, Text]
    """The same, of a deployment with tables."""


def load_prices(file: Path = FILE) -> Prices:
    """Loads the file. Raises OperationError if it is not valid."""
    try:
        return Prices.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors()
        )
        raise OperationError(f"{file} is not a file of prices: {wrong}") from None
    except (OSError, ValueError) as error:
        raise OperationError(f"{file} cannot be read: {error}") from None


def look_up(table: Mapping[str, Price], key: str, *, section: str, what: str) -> Price:
    """The price of one variant. If there is none, raises OperationError with what to add, and
    where."""
    price = table.get(key)
    if price is None:
        where = f"add [{section}.{_key(key)}] to {FILE_SHOWN}"
        raise OperationError(f"there is no price for the {what} {key}: {where}")
    return price


def _key(name: str) -> str:
    """Quotes a key for TOML if needed: a dot would start a nested key."""
    return f'"{name}"' if "." in name else name
