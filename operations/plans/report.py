"""What a plan did, when, by whom, and what users saw of it."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from environments import ROLES, Environment
from modules.recovery_point import recovery_point, write_recovery
from modules.recovery_time import recovery_time
from operations.plans.facts import Facts
from operations.plans.journal import Entry
from operations.plans.users import Seen
from terminal.as_json import plain
from terminal.errors import OperationError

FOLDER = Path("reports")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Stand:
    """How one thing is, at the end."""

    what: str
    now: str


@dataclass(frozen=True)
class Measure:
    """What the design promises, and what was reached."""

    what: str
    promised: str
    reached: str


@dataclass(frozen=True)
class Report:
    """An account of one plan, its interrupted runs included. stopped: why it is not complete."""

    plan: str
    deployment: str
    domain: str
    stopped: str | None
    entries: Sequence[Entry]
    stands: Sequence[Stand]
    users: Seen
    measures: Sequence[Measure]

    @property
    def began(self) -> datetime:
        return self.entries[0].at


def report_of(plan: str, facts: Facts, entries: Sequence[Entry], *, stopped: str | None) -> Report:
    """The account of what the entries tell, and of how things are now."""
    environment = facts.environment
    users = sum((one.users for one in entries if one.users), start=Seen())
    return Report(
        plan=plan,
        deployment=environment.name,
        domain=environment.dns.domain,
        stopped=stopped,
        entries=[one for one in entries if one.what != "users"],
        stands=stands(facts),
        users=users,
        measures=_measures(plan, environment, entries, users),
    )


def stands(facts: Facts) -> list[Stand]:
    """Who has the users, the switch, and the writer, as far as anybody says."""
    questions: dict[str, Callable[[], str]] = {
        "name servers answer with": lambda: _regions(facts, [facts.serving()]),
    }
    if facts.switch is not None:
        questions["switch"] = lambda: "set" if facts.is_set() else "clear"
        questions["primary in service, says Route 53"] = lambda: facts.in_service().value
    if facts.has_database:
        questions["takes writes"] = lambda: _regions(facts, facts.writers())
    for role in ROLES:
        questions[facts.named(role)] = lambda role=role: facts.health(role).value

    def asked(question: Callable[[], str]) -> str:
        try:
            return question()
        except OperationError as error:
            return f"{UNKNOWN}: {error}"

    with ThreadPoolExecutor(len(questions)) as threads:
        answers = threads.map(asked, questions.values())
        return [Stand(what, now) for what, now in zip(questions, answers, strict=True)]


def _regions(facts: Facts, roles: Sequence[str | None]) -> str:
    found = [facts.region(role) for role in ROLES if role in roles]
    if found:
        return " and ".join(found)
    return UNKNOWN if None in roles else "no region that answers"


def _measures(
    plan: str, environment: Environment, entries: Sequence[Entry], users: Seen
) -> list[Measure]:
    """RTO and RPO are promised for the loss of the primary; a way back has none."""
    is_over = plan == "over"
    reached = f"{users.longest:.0f} s in one piece, {users.unserved:.0f} s in all"
    found = [
        Measure(
            "outage that users saw while the plan ran (RTO)",
            str(recovery_time(environment)) if is_over else "none",
            reached if users.seen_any else f"not seen: {users.blind}",
        )
    ]
    if environment.data.kind is None:
        return found
    promised = recovery_point(environment)
    writer = [one for one in entries if one.what == "done" and "write" in one.step]
    moved = [one for one in writer if "writer moved" in one.detail or "promoted" in one.detail]
    found.append(
        Measure(
            "writes lost (RPO)",
            f"at most {promised}" if is_over else "none",
            moved[-1].detail if moved else "the writer was not moved by this plan",
        )
    )
    if is_over and writer:
        took = (writer[-1].at - entries[0].at).total_seconds()
        found.append(
            Measure(
                "writes back",
                str(write_recovery(environment) or "once somebody promotes"),
                f"{took:.0f} s after the plan began",
            )
        )
    return found


def markdown(report: Report) -> str:
    """The account for people."""
    ended = report.entries[-1].at
    lines = [
        f"# failover {report.plan}: {report.deployment}, {report.domain}",
        "",
        f"{_time(report.began)} to {_time(ended)}: {report.stopped or 'complete'}",
        "",
        *_table(("now", ""), [(one.what, one.now) for one in report.stands]),
        "## What was done",
        *_table(
            ("when", "by", "step", "", ""),
            [(_time(one.at), one.by, one.step, one.what, one.detail) for one in report.entries],
        ),
        "## What users could see",
        *_users(report.users),
        "## Promised and reached",
        *_table(
            ("", "promised", "reached"),
            [(one.what, one.promised, one.reached) for one in report.measures],
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _users(users: Seen) -> list[str]:
    if not users.seen_any:
        return [f"Nobody could watch: {users.blind}.", ""]
    rows = [(f"served by {region}", seconds) for region, seconds in users.served.items()]
    rows += [(f"not served: {error}", seconds) for error, seconds in users.errors.items()]
    share = 100 * (1 - users.unserved / users.seconds)
    return [
        f"One request a second, for {users.seconds:.0f} s, by a client whose resolver keeps answers"
        f" as long as their TTL says: {share:.1f} % served.",
        *_table(("", "seconds"), [(what, f"{seconds:.0f}") for what, seconds in rows]),
    ]


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["", _row(headings), _row(["---"] * len(headings)), *map(_row, rows), ""]
    return lines if rows else []


def _row(cells: Sequence[str]) -> str:
    clean = (" ".join(cell.split()).replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(clean)} |"


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def write(report: Report, folder: Path) -> list[Path]:
    """Writes the account as Markdown and as JSON; returns the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{report.deployment}-{report.plan}-{report.began:%Y%m%dT%H%M%SZ}"
    files = [folder / f"{name}.md", folder / f"{name}.json"]
    files[0].write_text(markdown(report))
    files[1].write_text(json.dumps(report, indent=2, default=plain) + "\n")
    return files
