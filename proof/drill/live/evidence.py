"""The evidence of a drill on a real deployment: a local one's, as far as it applies."""

import json
import platform
import ssl
from datetime import UTC, datetime
from typing import Any

import dns.version

from environments import ROLES
from modules.recovery_time import recovery_time
from operations.aws import Connect, refused
from proof.drill.evidence import per_second, scenario, states_of, timeline
from proof.drill.live.stage import LiveStage
from proof.drill.play import Result

# In the first of the switch's buckets; `failover ready` reads when it was written.
LAST_DRILL = "drills/last.json"


def evidence(stage: LiveStage, result: Result, *, chosen: str, where: str) -> dict[str, Any]:
    """The evidence as JSON-ready data. chosen: the environment, as the command names it. where: on
    which AWS."""
    environment = stage.environment
    return {
        "environment": environment.name,
        "domain": environment.dns.domain,
        "regions": {role: environment.regional(role).region for role in ROLES},
        "made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "where": where,
        "holds": result.holds,
        "settings": {
            "live": True,
            "environment": chosen,
            "factor": stage.clock.factor,
            "users": result.promise.users,
            "resolvers": [name for name, _ in stage.vantage.resolvers],
            "means": stage.means.what,
            "stacks": None,
        },
        "versions": {
            "python": platform.python_version(),
            "dnspython": dns.version.version,
            "tls": ssl.OPENSSL_VERSION,
            "system": f"{platform.system()} {platform.machine()}",
        },
        "promise": {
            "bound": result.promise.bound,
            "terms": str(recovery_time(environment)),
            "with_the_users_timeout": result.promise.recovery,
            "data": None,
        },
        "data": None,
        "machine": {
            "clock_stood_still_for": round(stage.clock.stalled, 3),
            "at_most_at_once": round(stage.clock.longest_stall, 3),
        },
        "late": [],
        "scenarios": [scenario(played, result) for played in result.played],
        "timeline": timeline(stage.journal),
        "states": states_of(stage.journal.states),
        "per_second": per_second(stage.journal.requests, result.played[0].began),
    }


def leave_note(stage: LiveStage, found: dict[str, Any], connect: Connect) -> None:
    """Writes when the last drill was, and how it went, next to the switch. Raises
    OperationError."""
    place = stage.environment.switch_places[0]
    moved = [one["everybody_on_the_standby"] for one in found["scenarios"]]
    said = {
        "holds": found["holds"],
        "promised_seconds": found["promise"]["bound"],
        "measured_seconds": next((one for one in moved if one is not None), None),
        "means": found["settings"]["means"],
    }
    with refused(f"the drill's note cannot be written to s3://{place.bucket}/{LAST_DRILL}"):
        connect("s3", place.region).put_object(
            Bucket=place.bucket,
            Key=LAST_DRILL,
            Body=json.dumps(said),
            ContentType="application/json",
        )
