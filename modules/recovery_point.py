"""What a failover of the database loses, and how long it takes no writes."""

from dataclasses import dataclass

from environments import Environment
from functions.failover_control.agreed import LONGEST_GAP
from functions.failover_control.agreed import TTL as HEALTH_TTL
from modules.recovery_time import recovery_time

MINUTE = 60
# Minutes for which the lag must be too long until its alarm goes off.
LAG_MINUTES = 3
# Seconds. Estimates: AWS states no bound. A metric is a minute late; an Aurora failover takes
# minutes, as a replica's promotion does, which restarts it.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html
METRIC_DELAY = 60
PROMOTION = 300


@dataclass(frozen=True)
class RecoveryPoint:
    """The terms of the RPO, each in seconds."""

    lag: int
    """How far the standby's copy may lag behind."""
    unnoticed: int
    """For how long it may lag further until the alarm goes off: in that time it grows by no more
    than a second a second."""
    delay: int
    """Until CloudWatch has the metric."""

    @property
    def total(self) -> int:
        """Seconds before a failure whose writes may be lost, if nobody was told otherwise."""
        return self.lag + self.unnoticed + self.delay

    def __str__(self) -> str:
        return (
            f"{self.total} s = {self.lag} s lag + {self.unnoticed} s until the alarm database-lag"
            f" goes off + {self.delay} s metrics' delay (estimate)"
        )


@dataclass(frozen=True)
class WriteRecovery:
    """The terms of the time without writes after the loss of the primary's region, in seconds; with
    automatic promotion."""

    detection: int
    """Until the failover control sees the primary down."""
    wait: int
    """How long the primary must be down; or until a pilot light serves, if that takes longer, as
    users have not moved before."""
    look: int
    """Until the control's next run."""
    promotion: int
    """Until the database takes writes."""

    @property
    def total(self) -> int:
        return self.detection + self.wait + self.look + self.promotion

    def __str__(self) -> str:
        return (
            f"{self.total} s = {self.detection} s detection + {self.wait} s wait + {self.look} s"
            f" control's next look + {self.promotion} s promotion (estimate)"
        )


def recovery_point(environment: Environment) -> RecoveryPoint | None:
    """The RPO of the database; None without one."""
    if environment.data.kind is None:
        return None
    return RecoveryPoint(environment.data.lag_seconds, LAG_MINUTES * MINUTE, METRIC_DELAY)


def write_recovery(environment: Environment) -> WriteRecovery | None:
    """How long writes take to return; None if that waits for a person, or without a database."""
    data = environment.data
    if not data.promotes:
        return None
    users = recovery_time(environment)
    return WriteRecovery(
        detection=users.detection + users.timeouts + users.propagation + LONGEST_GAP + HEALTH_TTL,
        wait=max(data.promote_after_minutes * MINUTE, users.activation),
        look=2 * MINUTE,
        promotion=PROMOTION,
    )
