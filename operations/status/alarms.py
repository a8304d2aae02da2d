"""The deployment's alarms in one region."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from modules.alarm_names import KnownAlarm
from operations.aws import Connect, refused
from operations.status.facts import Value, when

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
MOST_ALARMS = 100


@dataclass(frozen=True)
class Ringing:
    """An alarm in ALARM."""

    name: str
    since: datetime
    runbook: str
    """What to do: a section of docs/alarms.md, or a link to it."""


@dataclass(frozen=True)
class Alarms(Value):
    """What the alarms in a region say."""

    ok: int
    without_data: int
    ringing: list[Ringing]
    missing: list[str]
    """Those that should be there, and are not."""

    @property
    def wrong(self) -> bool:
        return bool(self.ringing or self.missing)

    def __str__(self) -> str:
        total = self.ok + self.without_data + len(self.ringing)
        parts = [f"{len(self.ringing) or 'none'} of {total} in alarm"]
        if self.without_data:
            parts.append(f"{self.without_data} have no data")
        if self.missing:
            parts.append(f"missing: {', '.join(self.missing)}")
        rows = (f"{one.name} since {when(one.since)}: {one.runbook}" for one in self.ringing)
        return "\n".join([", ".join(parts), *rows])


def alarms(
    known: Sequence[KnownAlarm], runbook: Callable[[str], str], region: str, connect: Connect
) -> Alarms:
    """known: all that the region should have. runbook: for a kind of alarm. Raises OperationError
    if the region does not say."""
    cloudwatch = connect("cloudwatch", region)
    with refused("alarms cannot be read"):
        found = {one["AlarmName"]: one for one in _described(cloudwatch, known)}
    states = Counter(one["StateValue"] for one in found.values())
    ringing = [
        _ringing(one, runbook(one.kind), found[one.name])
        for one in known
        if one.name in found and found[one.name]["StateValue"] == "ALARM"
    ]
    return Alarms(
        ok=states["OK"],
        without_data=states["INSUFFICIENT_DATA"],
        ringing=sorted(ringing, key=lambda one: one.since),
        missing=[one.name for one in known if one.name not in found],
    )


def _described(cloudwatch: Any, known: Sequence[KnownAlarm]) -> Iterator[dict[str, Any]]:
    names = [one.name for one in known]
    for first in range(0, len(names), MOST_ALARMS):
        some = names[first : first + MOST_ALARMS]
        found = cloudwatch.describe_alarms(AlarmNames=some, MaxRecords=MOST_ALARMS)
        yield from found["MetricAlarms"]


def _ringing(known: KnownAlarm, runbook: str, alarm: dict[str, Any]) -> Ringing:
    # The second one also changes when an alarm stays in its state for another reason.
    since = alarm.get("StateTransitionedTimestamp") or alarm["StateUpdatedTimestamp"]
    return Ringing(known.name, since, runbook)
