"""The prices that costs are computed from: a file in which every entry has a date and a source."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terminal.errors import OperationError

FILE = Path(__file__).with_name("prices.toml")
# The path as shown to operators.
FILE_SHOWN = "operations/costs/prices.toml"

# The tables whose prices differ by a resource's type, class or architecture.
VARIANTS = ("instances", "aurora", "databases", "volumes", "functions")

Text = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Amount(_Section):
    """What one unit costs in one region."""

    usd: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """US dollars for one unit."""
    date: date
    """The day the source was read."""
    source: Text
    """Where the price comes from, and whether it could be confirmed."""
    second_hand: bool = False
    """Whether the source is somebody's own table, rather than AWS, a copy of its price list, or a
    bill."""


class Price(Amount):
    """The price of one unit, in the file's region unless `regions` has the one asked for."""

    unit: Text
    """What one unit is."""
    worldwide: bool = False
    """Whether it is the same in all regions."""
    regions: dict[str, Amount] = {}
    """The prices of other regions."""
    borrowed: bool = False
    """Whether it is that of the file's region, for want of one of the region asked for."""

    def at(self, region: str) -> "Price":
        """The price in another region than the file's."""
        if self.worldwide:
            return self
        own = self.regions.get(region)
        return self.model_copy(update={"borrowed": True} if own is None else dict(own))


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
    load_balancer_capacity: Price
    data_out: Price
    """From a region to users."""
    transfer: Price
    """From a region to another one."""
    nat_gigabytes: Price
    firewall_requests: Price
    dns_queries: Price
    logs: Price
    """What CloudWatch Logs takes in."""
    logs_to_s3: Price
    """What AWS's services deliver to S3. Load balancers deliver for nothing."""
    log_storage: Price
    object_storage: Price
    aurora_storage: Price
    aurora_requests: Price
    table_writes: Price
    table_reads: Price
    table_storage: Price
    table_recovery: Price

    def at(self, region: str) -> "Items":
        """The prices in another region than the file's."""
        return self.model_copy(update={name: price.at(region) for name, price in self})


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
    """Resource types that cost nothing, with the reason for each."""
    used: dict[str, Text]
    """Resource types that cost by their use alone, with what is paid for."""
    excluded: dict[str, Text]
    """What no estimate includes."""
    excluded_of_databases: dict[str, Text]
    """The same, of a deployment with a database."""
    excluded_of_releases: dict[str, Text]
    """The same, of a deployment that keeps releases."""

    def at(self, region: str) -> "Prices":
        """The prices in a region. Those that it lacks are the file's region's, and `borrowed`."""
        if region == self.region:
            return self
        tables = {
            name: {key: price.at(region) for key, price in getattr(self, name).items()}
            for name in VARIANTS
        }
        return self.model_copy(update={"region": region, "items": self.items.at(region), **tables})

    def named(self) -> Iterator[tuple[str, Price]]:
        """Every price, with its place in the file."""
        yield from self.items
        for name in VARIANTS:
            for key, price in getattr(self, name).items():
                yield f"{name}.{_key(key)}", price


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
