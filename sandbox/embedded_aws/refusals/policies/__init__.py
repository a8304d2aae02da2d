"""Policies of every kind: their grammar, size limits, and the names they use."""

from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.refusals.policies import conditions, principals, reference
from sandbox.embedded_aws.refusals.policies.evaluation import (
    PolicyRequest,
    lets,
    like,
    service_context,
)
from sandbox.embedded_aws.refusals.policies.grammar import (
    PolicyError,
    Statement,
    TooLongError,
    read,
)
from sandbox.embedded_aws.refusals.policies.kinds import (
    BUCKET,
    ENDPOINT,
    INLINE,
    KEY,
    LOGS,
    MANAGED,
    QUEUE,
    TOPIC,
    TRUST,
    Kind,
)


def check(kind: Kind, member: str, text: str, account: str) -> tuple[Statement, ...]:
    """The statements of the policy that a request passes as `member`.

    Raises Refusal if AWS refuses it, or accepts it although it names something that AWS lacks.
    """
    try:
        statements = read(text, kind)
        for statement in statements:
            conditions.check(statement)
            if kind.principals:
                principals.check(statement, account)
            reference.check(statement, kind)
    except TooLongError as error:
        code, status = kind.too_long or (kind.code, 400)
        raise Refusal(code, f"{member}: {error}", status=status) from None
    except PolicyError as error:
        raise Refusal(kind.code, f"{member}: {error}") from None
    return statements


__all__ = [
    "BUCKET",
    "ENDPOINT",
    "INLINE",
    "KEY",
    "LOGS",
    "MANAGED",
    "QUEUE",
    "TOPIC",
    "TRUST",
    "Kind",
    "PolicyError",
    "PolicyRequest",
    "Statement",
    "check",
    "lets",
    "like",
    "service_context",
]
