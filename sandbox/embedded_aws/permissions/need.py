"""One permission that a request needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Context = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Need:
    action: str
    """Such as s3:PutObject."""
    resource: str
    """An ARN, or * for an action that takes no resource."""
    context: Context = field(default_factory=dict[str, tuple[str, ...]])
    """Condition key values, by key in lower case, as IAM ignores the case of keys."""
