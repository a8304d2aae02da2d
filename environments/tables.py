"""DynamoDB global tables: `[[data.tables]]`."""

from typing import Annotated, Literal

from pydantic import Field

from environments import limits
from environments.section import Section, between

# What a table's variable begins with.
VARIABLE_PREFIX = "TABLE_"
KeyType = Literal["S", "N", "B"]

TableName = Annotated[str, Field(pattern=rf"^[a-z][a-z0-9_-]{{0,{limits.TABLE_NAME.most - 1}}}$")]
# DynamoDB takes any character; these are what no expression has to quote, and what Terraform reads
# as it stands.
AttributeName = Annotated[
    str, Field(pattern=rf"^[A-Za-z_][A-Za-z0-9_.-]{{0,{limits.ATTRIBUTE_NAME.most - 1}}}$")
]
Units = Annotated[int, between(limits.ON_DEMAND_UNITS)]


class Table(Section):
    """A DynamoDB global table of both regions, which takes writes in either. Its capacity is
    on-demand. It has a stream of new and old images, which is how DynamoDB replicates it."""

    name: TableName
    """1 to 40 lower-case letters, digits and _ -, starting with a letter. In AWS the table's name
    is the deployment's, a hyphen and this one."""
    partition_key: AttributeName
    """The partition key's attribute: 1 to 255 letters, digits and _ . -, starting with a letter or
    _"""
    partition_key_type: KeyType = "S"
    """S: a string. N: a number. B: bytes."""
    sort_key: AttributeName | None = None
    """The sort key's attribute, if any: 1 to 255 letters, digits and _ . -, starting with a letter
    or _"""
    sort_key_type: KeyType = "S"
    """S: a string. N: a number. B: bytes. Used only with `sort_key`."""
    time_to_live: AttributeName | None = None
    """An attribute with the second, in Unix time, after which DynamoDB deletes an item; none
    deletes nothing."""
    point_in_time_recovery: bool = True
    """Whether each region can restore the table as of any second of the last 35 days."""
    max_read_units: Units | None = None
    """The most read request units a second in each region, 1 to 40,000, above which DynamoDB
    throttles; none for the account's quota."""
    max_write_units: Units | None = None
    """The most write request units a second in each region, 1 to 40,000, above which DynamoDB
    throttles; none for the account's quota."""
    own_keys: bool = False
    """Whether a KMS key of yours encrypts the table in each region, rather than one that AWS owns.
    Decide before the first apply: changing it replaces the standby's replica, which Terraform
    refuses."""

    @property
    def variable(self) -> str:
        """The instances' environment variable with the table's name in AWS."""
        return VARIABLE_PREFIX + self.name.upper().replace("-", "_")

    @property
    def key_types(self) -> dict[str, KeyType]:
        """The type of each attribute of the key, the partition key's first."""
        types: dict[str, KeyType] = {self.partition_key: self.partition_key_type}
        if self.sort_key is not None:
            types[self.sort_key] = self.sort_key_type
        return types
