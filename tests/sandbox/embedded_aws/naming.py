"""Names for what tests make in an AWS that they share."""

from uuid import uuid4


def unique() -> str:
    """A name that nothing else has, and that every service takes."""
    return f"x{uuid4().hex[:20]}"
