"""Which release a region runs."""

from dataclasses import dataclass
from datetime import datetime

from environments import Environment, Role
from operations.aws import Connect
from operations.delivery.display import SHORT
from operations.delivery.overview import Running, look, running
from operations.status.facts import Value, when


@dataclass(frozen=True)
class Release(Value):
    """A region's current release; None before the first one."""

    digest: str | None
    since: datetime | None
    by: str | None
    running: Running

    @property
    def wrong(self) -> bool:
        return self.digest is None or self.running.on_it < self.running.instances

    def __str__(self) -> str:
        if self.digest is None or self.since is None:
            return "none yet: `failover deploy ARCHIVE` delivers the first"
        return f"{self.digest[:SHORT]} since {when(self.since)}; instances: {self.running}"


def release(environment: Environment, role: Role, connect: Connect) -> Release:
    """Raises OperationError if the region does not say."""
    found = look(environment, role, connect=connect)
    pointer = found.current and found.current.pointer
    return Release(
        digest=pointer and pointer.release,
        since=found.current and found.current.since,
        by=pointer and pointer.by,
        running=running(found),
    )
