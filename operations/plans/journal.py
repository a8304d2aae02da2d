"""A local journal of a plan's runs, for the report alone: no step relies on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter
from rich.console import Console

from operations.plans.users import Seen

FOLDER = Path(".failover")
# A plan that was left for longer is another one when it is run again.
STALE = timedelta(hours=24)

What = Literal[
    "began", "done already", "not needed", "began step", "done", "stopped", "interrupted", "users"
]


@dataclass(frozen=True)
class Entry:
    """What happened, when, and who had it done."""

    at: datetime
    by: str
    what: What
    step: str = ""
    detail: str = ""
    users: Seen | None = None


ENTRY = TypeAdapter(Entry)


class Journal:
    """One plan's entries, those of interrupted runs before this one included.

    file: kept until the plan is complete. If it cannot be read or written, the report lacks what
    earlier runs did, and nothing else changes. now: for tests.
    """

    def __init__(
        self,
        file: Path,
        by: str,
        console: Console,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file, self._by, self._console, self._now = file, by, console, now
        self._writable = True
        self.entries = self._read()
        # What is stale is overwritten.
        self._mode: Literal["ab", "wb"] = "ab" if self.entries else "wb"

    def add(self, what: What, step: str = "", detail: str = "", users: Seen | None = None) -> None:
        """Notes what happened just now."""
        entry = Entry(self._now(), self._by, what, step, detail, users)
        self.entries.append(entry)
        if not self._writable:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open(self._mode) as file:
                file.write(ENTRY.dump_json(entry) + b"\n")
            self._mode = "ab"
        except OSError as error:
            self._writable = False
            self._console.print(
                f"{self._file} cannot be written ({error.strerror}): after an interrupt, the report"
                " would lack what this run did",
                style="yellow",
            )

    def close(self) -> None:
        """The plan is complete: the next run is a new one."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            self._console.print(f"{self._file} cannot be removed: {error.strerror}", style="yellow")

    def _read(self) -> list[Entry]:
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return []
        found: list[Entry] = []
        for line in lines:
            try:
                found.append(ENTRY.validate_json(line))
            except ValueError:
                continue  # the disk was full, or the machine died
        recent = [one for one in found if self._now() - one.at < STALE]
        return found if recent else []


def journal_file(folder: Path, deployment: str, plan: str) -> Path:
    """Where a deployment's plan has its journal."""
    return folder / f"{deployment}-{plan}.jsonl"
