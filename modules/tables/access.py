"""What instances may do with their region's tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from environments import Environment, Role
from modules.iam import allow

# Transactions need no action of their own, but the check of a condition.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)


@dataclass(frozen=True)
class TableAccess:
    """A region's tables, as its instances reach them. Never empty."""

    region: str
    account_id: str
    names: Sequence[str]
    """The tables' names in AWS."""
    key_alias: str | None
    """The alias of the key that encrypts some of them; None if AWS owns all keys."""

    @classmethod
    def of(cls, environment: Environment, role: Role, account_id: str) -> "TableAccess | None":
        """An environment's tables in one region; None if it has none."""
        tables = environment.data.tables
        if not tables:
            return None
        return cls(
            region=environment.regional(role).region,
            account_id=account_id,
            names=[environment.table_name(table) for table in tables],
            key_alias=environment.tables_key if any(one.own_keys for one in tables) else None,
        )


def use_tables(access: TableAccess, *, to: str | None = None) -> list[dict[str, Any]]:
    """Statements that allow reading and writing items.

    Args:
        access: The tables.
        to: Principal, in an endpoint's policy; None in an identity policy.
    """
    prefix = f"arn:aws:dynamodb:{access.region}:{access.account_id}:table"
    return [allow(*ACTIONS, on=[f"{prefix}/{name}" for name in access.names], to=to)]


def use_key(access: TableAccess) -> list[dict[str, Any]]:
    """Statements that let DynamoDB decrypt a table for whoever reads or writes it; none if AWS owns
    all keys. Only the key's alias is known here: its ID is in another stack.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    if access.key_alias is None:
        return []
    statement = allow(
        "kms:Decrypt",
        on=f"arn:aws:kms:{access.region}:{access.account_id}:key/*",
        condition={
            "StringEquals": {"kms:ViaService": f"dynamodb.{access.region}.amazonaws.com"},
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": access.key_alias},
        },
    )
    return [statement]
