"""Many concurrent runs of the function, with an in-memory AWS and a simulated clock."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from functions.failover_control import handler
from functions.failover_control.agreed import SET_KEY
from functions.failover_control.control import Control
from functions.failover_control.place import Place
from functions.failover_control.switch import Switch
from modules.failover_control.function import TIMEOUT
from proof.route53.simulated_aws import S3, AutoScaling, CloudWatch, SimulatedClock
from tests.functions.failover_control.events import Event
from tests.functions.failover_control.world import (
    HEALTH_NAME,
    HEALTHY,
    REGION,
    STANDBY_HEALTH_NAME,
    THIRD,
    UNHEALTHY,
)

BUCKET, ALARM = "bucket", "mission-primary-endpoint"
# How long a call or lookup takes, in seconds: anywhere in this range.
CALL = (0.01, 0.5)
AWAKE = 4


class Turns:
    """Threads that run one at a time. When one calls AWS or sleeps, another may go on; the choice
    is random but repeatable by seed."""

    def __init__(self, clock: SimulatedClock, seed: int) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self._due: dict[str, float] = {}
        self._go: dict[str, threading.Semaphore] = {}
        self._paused = threading.Semaphore(0)

    def call(self) -> None:
        self.pause(self._random.uniform(*CALL))

    def pause(self, seconds: float) -> None:
        """Lets others run; for a thread outside this group, only time passes."""
        name = threading.current_thread().name
        if name not in self._go:
            self._clock.seconds += seconds
            return
        self._due[name] = self._clock.seconds + seconds
        self._paused.release()
        self._go[name].acquire()

    def all(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        """Does everything concurrently, and returns each result or exception."""
        outcomes: list[Any] = [None] * len(acts)

        def run(number: int) -> None:
            self._go[f"turn {number}"].acquire()
            try:
                outcomes[number] = acts[number]()
            except Exception as error:
                outcomes[number] = error
            self._paused.release()

        for number in range(len(acts)):
            name = f"turn {number}"
            self._go[name], self._due[name] = threading.Semaphore(0), self._clock.seconds
            threading.Thread(target=run, args=[number], name=name, daemon=True).start()
        while self._due:
            self._clock.seconds = max(self._clock.seconds, min(self._due.values()))
            ready = [name for name, at in self._due.items() if at <= self._clock.seconds]
            name = self._random.choice(ready)
            del self._due[name]
            self._go[name].release()
            self._paused.acquire()
        self._go.clear()
        return outcomes


@dataclass(frozen=True)
class Context:
    """Lambda's context of a run that must end at this second of the clock."""

    clock: SimulatedClock
    ends: float

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self.ends - self.clock.seconds))


@dataclass
class Crowd:
    """A deployment, and what the runs of its function do there.

    ill: whether DNS says now that the primary is unhealthy. cleared: when an operator cleared the
    switch. told: what all runs reported. calls: those to S3, by operation.
    """

    seed: int
    ill: Callable[[], bool] = lambda: False
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(100))
    cleared: float | None = None
    told: list[str] = field(default_factory=list[str])
    calls: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.turns = Turns(self.clock, self.seed)
        self.s3 = {
            region: S3(self.clock, lambda: True, before=self._call) for region in (REGION, THIRD)
        }
        self.group = AutoScaling(self.clock, lambda: True, start=30, desired=2)
        others = {"autoscaling": self.group, "cloudwatch": CloudWatch(lambda: True)}
        self._client = lambda service, region: others.get(service) or self.s3[region]

    @property
    def switch(self) -> Switch:
        """The switch as an operator uses it."""
        return Switch([Place(s3, BUCKET, region) for region, s3 in self.s3.items()])

    @property
    def marks(self) -> list[bool]:
        """Whether the switch is set in each place."""
        return [f"{BUCKET}/{SET_KEY}" in s3.objects for s3 in self.s3.values()]

    def clear(self, after: float = 0) -> None:
        """An operator fails back after this many seconds."""
        self.turns.pause(after)
        self.switch.clear(by="ana", reason="primary repaired")
        self.cleared = self.clock.seconds

    def run(self, event: Event) -> list[str]:
        context = Context(self.clock, ends=self.clock.seconds + TIMEOUT)
        return handler.handle(event, context, lookup=self._lookup, sleep=self.turns.pause)

    def all(self, *acts: Callable[[], Any]) -> None:
        """Does everything concurrently. Raises the first exception."""
        for outcome in self.turns.all(acts):
            if isinstance(outcome, Exception):
                raise outcome

    def control(self, environ: Any) -> Control:
        """The function's control, with this world's clients and clock."""
        made = control_from(environ, self._client)
        return replace(made, now=self.clock.now, tell=self.told.append)

    def _call(self, operation: str) -> None:
        self.calls[operation] += 1
        self.turns.call()

    def _lookup(self, name: str) -> set[str]:
        self.turns.call()
        return UNHEALTHY if name == HEALTH_NAME and self.ill() else HEALTHY


control_from = handler.control_from


def crowd(patch: pytest.MonkeyPatch, seed: int) -> Crowd:
    """A deployment whose function is called as Lambda calls it, with these variables."""
    one = Crowd(seed)
    patch.setattr(handler, "control_from", one.control)
    variables = {
        "DEPLOYMENT": "mission",
        "SWITCH": json.dumps([{"bucket": BUCKET, "region": region} for region in one.s3]),
        "FAILBACK": "manual",
        "PRIMARY_HEALTH_NAME": HEALTH_NAME,
        "STANDBY_HEALTH_NAME": STANDBY_HEALTH_NAME,
        "ENDPOINT_ALARM": ALARM,
        "GROUP": "mission",
        "REST": "2",
        "AWAKE": str(AWAKE),
    }
    for name, value in variables.items():
        patch.setenv(name, value)
    patch.delenv("ROUTING_CONTROL", raising=False)
    return one
