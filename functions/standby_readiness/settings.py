"""What the standby is to be, as the environment file has it. The function gets it as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

# Minutes. Nobody has to be woken for a fault that a deployment makes and mends.
BETWEEN_RUNS = 30


@dataclass(frozen=True)
class StandbySettings:
    """The standby of one deployment. Everything named is in its region."""

    region: str
    deployment: str
    """The environment's name, with which the names of its alarms start."""
    group: str
    """The Auto Scaling group."""
    rest: int
    """Instances that serve while the primary does; 0 for a pilot light."""
    needed: int
    """Instances that are needed when the primary fails."""
    load_balancer: str
    target_group: str
    port: int
    """Where users connect."""
    certified: tuple[str, ...]
    """The names that the certificate has to cover; none without TLS."""
    keys: tuple[str, ...]
    """Aliases of the KMS keys, without alias/."""
    alarms: tuple[str, ...]
    """Those that are not about one region; the others' names start with the deployment and the
    region."""
    topic: str
    """Name of the alarms' topic."""
    recipients: int
    """How many subscribe to it."""
    state: str
    """Bucket of the Terraform state."""
    control: str | None = None
    """The failover control's function, with whose name those of its rules start; None if there is
    none."""
    releases: str | None = None
    """Bucket of the releases; None for an application without."""
    secret: str | None = None
    """Name of the database's secret; None without a database."""
    database: Mapping[str, Any] | None = None
    """What `database_from` reads; None without a database."""
    lag: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of a database, `metric`, `dimension`, `units` in a second and `most` seconds."""
    tables: tuple[str, ...] = ()
    """DynamoDB tables."""

    def to_json(self) -> str:
        """Without what is None or empty."""
        said = {name: value for name, value in asdict(self).items() if value not in (None, (), {})}
        return json.dumps(said, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises TypeError for anything that `to_json` did not write."""
        read: dict[str, Any] = json.loads(text)
        for name in ("alarms", "certified", "keys", "tables"):
            read[name] = tuple(read.get(name, ()))
        return cls(**read)
