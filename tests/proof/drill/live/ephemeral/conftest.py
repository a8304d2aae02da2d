"""Both regions of a deployment with releases, before the first one."""

from tests.operations.delivery.conftest import archives, created, original, regions

__all__ = ["archives", "created", "original", "regions"]
