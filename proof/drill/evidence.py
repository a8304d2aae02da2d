"""The evidence of a drill: enough to repeat it and to draw it."""

import hashlib
import json
import math
import platform
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.version

from emitted import stack_file
from modules.user_tail import EXTENDING_SHARE, MOST, NEARLY_ALL
from modules.versions import aws_provider
from proof.drill.data.seen import DataSeen
from proof.drill.journal import Journal, Request
from proof.drill.late import Followed, followed, lane
from proof.drill.page import page
from proof.drill.picture import LATE
from proof.drill.play import Result
from proof.drill.played import Played
from proof.drill.software import Software
from proof.drill.stage import Stage
from sandbox.terraform import find_terraform
from terminal.errors import OperationError

EVIDENCE = "evidence.json"
PAGE = "index.html"


def evidence(stage: Stage, result: Result, software: Software, stacks: Path) -> dict[str, Any]:
    """The evidence as JSON-ready data. stacks: the folder of the emitted stacks."""
    environment, settings, emitted = stage.environment, stage.settings, stage.emitted
    states = {**stage.journal.states, LATE: lane(stage.journal.late.get("extending", ()))}
    return {
        "environment": environment.name,
        "domain": environment.dns.domain,
        "regions": {role: region.region for role, region in emitted.regions.items()},
        "made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "holds": result.holds,
        "settings": {
            "environment": settings.environment,
            "factor": settings.factor,
            "seed": settings.seed,
            "users": settings.users,
            "stacks": None if settings.stacks is None else str(settings.stacks),
            "deployed_first": settings.deploy,
            "folder": str(settings.folder),
            "output": str(settings.output),
            "release": None if settings.release is None else str(settings.release),
            "writes": settings.writes,
        },
        "versions": versions(software),
        "stacks_sha256": {name: digest(stack_file(stacks, name)) for name in environment.stacks},
        "promise": {
            "bound": emitted.bound,
            "terms": emitted.bound_terms,
            "with_the_users_timeout": result.promise.recovery,
            "data": None if result.promise.data is None else asdict(result.promise.data),
            "live": result.promise.live,
        },
        "data": None if result.played[-1].data is None else dict(result.played[-1].data.totals),
        "machine": {
            "clock_stood_still_for": round(stage.clock.stalled, 3),
            "at_most_at_once": round(stage.clock.longest_stall, 3),
        },
        "late": [late(one) for one in followed(result.played, stage.journal)],
        "scenarios": [scenario(played, result) for played in result.played],
        "timeline": timeline(stage.journal),
        "states": states_of(states),
        "per_second": per_second(stage.journal.requests, result.played[0].began),
    }


def versions(software: Software) -> dict[str, str]:
    """Versions of the software that took part."""
    try:
        terraform = find_terraform().version
    except OperationError:
        terraform = "none"
    return {
        "terraform": terraform,
        "aws_provider": aws_provider(),
        "python": platform.python_version(),
        "web_server": software.name,
        "dnspython": dns.version.version,
        "tls": ssl.OPENSSL_VERSION,
        "system": f"{platform.system()} {platform.machine()}",
    }


def digest(file: Path) -> str:
    """The stack's SHA-256; empty if there is no such stack."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def scenario(played: Played, result: Result) -> dict[str, Any]:
    """One scenario's figures and verdicts, in seconds since it began."""
    users = result.promise.users
    return {
        "name": played.scenario.key,
        "title": played.scenario.title,
        "began": round(played.began, 1),
        "ended": round(played.ended, 1),
        "requests": len(played.requests),
        "served": dict(played.served),
        "failed": dict(played.failed),
        "redirected": sum(one.redirects > 0 for one in played.requests),
        "over_https": sum(one.secure for one in played.requests if one.served is not None),
        "first_of_the_standby": rounded(played.first("dr")),
        "everybody_on_the_standby": rounded(played.all("dr", users)),
        "everybody_on_the_primary": rounded(played.all("primary", users)),
        "delivered": None if played.delivered is None else asdict(played.delivered),
        "data": None if played.data is None else _data(played.data),
        "verdicts": [
            {"expected": one.expected, "measured": one.measured, "holds": one.holds}
            for key, one in result.verdicts
            if key == played.scenario.key
        ],
    }


def late(found: Followed) -> dict[str, Any]:
    """How late users followed whom no verdict judges, in seconds since they were moved."""
    groups = {"honouring": found.honouring, "extending": found.extending, "holding": found.holding}
    return {
        "scenario": found.scenario,
        "to": found.to,
        "watched_for": round(found.seconds, 1),
        "share_of_extending_resolvers": EXTENDING_SHARE,
        "followed_by": {str(share): rounded(found.by(share)) for share in (MOST, NEARLY_ALL)},
        "sentence": found.sentence,
        **{
            kind: {
                "users": group.users,
                "after": [round(one, 1) for one in group.after],
                "served_elsewhere": group.elsewhere,
            }
            for kind, group in groups.items()
        },
    }


def _data(seen: DataSeen) -> dict[str, Any]:
    """A scenario's writes."""
    return {
        "acknowledged": dict(seen.acknowledged),
        "failed": dict(seen.failed),
        "to_the_old_writer": seen.stubborn,
        "seconds_read_only": round(seen.read_only, 1),
        "writes_return_after": rounded(seen.since_loss),
        "primary": {**asdict(seen.primary), "health": seen.primary.health.value},
        "behind_at_most": round(seen.behind, 1),
        "caught_up_after": rounded(seen.caught_up),
        "writer": seen.writer,
    }


def timeline(journal: Journal) -> list[dict[str, Any]]:
    return [
        {"second": round(event.at, 1), "kind": event.kind, "what": event.what}
        for event in journal.events
    ]


def per_second(requests: list[Request], zero: float) -> list[list[int]]:
    """For each second with requests: the second since `zero`, and how many requests that began in
    it were served by the primary, by the standby and by nobody."""
    counts: dict[int, list[int]] = {}
    places = {"primary": 0, "dr": 1, None: 2}
    for request in requests:
        counts.setdefault(math.floor(request.at - zero), [0, 0, 0])[places[request.served]] += 1
    return [[second, *counts[second]] for second in sorted(counts)]


def states_of(states: Mapping[str, Sequence[tuple[float, str]]]) -> dict[str, list[list[Any]]]:
    """Each thing's states, and when each began."""
    return {
        of: [[round(at, 1), state] for at, state in changes]
        for of, changes in sorted(states.items())
    }


def write(folder: Path, found: dict[str, Any]) -> list[Path]:
    """Writes the evidence and the page that shows it. Raises OperationError."""
    files = [folder / EVIDENCE, folder / PAGE]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files[0].write_text(json.dumps(found, indent=1) + "\n")
        files[1].write_text(page(found))
    except OSError as error:
        raise OperationError(f"{folder} cannot be written: {error.strerror}") from None
    return files


def rounded(seconds: float | None) -> float | None:
    """Rounded to a tenth."""
    return None if seconds is None else round(seconds, 1)
