"""Everything that is broken on purpose, by the check that must find it."""

from tests.operations.readiness import breaks_elsewhere, breaks_in_the_standby
from tests.operations.readiness.whole import BREAKS

MODULES = (breaks_in_the_standby, breaks_elsewhere)


def described() -> dict[str, list[str]]:
    """What each check's breaks do, in words."""
    return {check: [one.__doc__ or "" for one in ones] for check, ones in BREAKS.items()}


__all__ = ["BREAKS", "described"]
