"""Names for resources in a shared AWS."""

from uuid import uuid4


def unique() -> str:
    """A unique name that every service accepts."""
    return f"x{uuid4().hex[:20]}"
