"""One permission that a request needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Context = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Need:
    """One action on one resource."""

    action: str
    """Such as s3:PutObject."""
    resource: str
    """An ARN, or * for an action that takes no resource."""
    context: Context = field(default_factory=dict[str, tuple[str, ...]])
    """The values of condition keys, by the keys in lower case: IAM ignores their case."""
