"""A deployment in memory, whose time passes while a plan waits, and whose calls can be made to go
wrong: what `failover over` and `failover back` find, and what becomes of it."""

import io
import threading
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from environments import ROLES, Environment, Role
from functions.failover_control.agreed import (
    CLEARED_KEY,
    HEALTHY_ADDRESS,
    SET_KEY,
    UNHEALTHY_ADDRESS,
)
from functions.failover_control.bounded import within
from functions.failover_control.routing_control import CLUSTER_SERVICE
from functions.failover_control.switch import FailoverSwitch
from operations.data.waiting import Patience
from operations.plans import commands
from operations.plans.commands import Options, PlanName, Watching
from operations.plans.facts import Facts
from operations.plans.report import Report
from operations.switch.position import switch_of
from proof.route53.simulated_aws import S3, Cluster, ServiceGoneError, SimulatedClock
from proof.route53.simulated_database import SimulatedDatabase
from terminal.errors import OperationError
from tests.operations.plans.services import Group, Metrics, OperatorsRds, Releases, Sts

# Seconds until Route 53's answers follow a change.
DETECTION = 50
STEP = 5
ADDRESSES: dict[Role, str] = {"primary": "203.0.113.1", "dr": "198.51.100.1"}


@dataclass
class Fault:
    """What goes wrong, once: at which call of the step that is armed."""

    kind: str
    at: int


@dataclass
class World:
    """lost: the regions that do not answer. well: whether the primary's application works. losses:
    how often writes were given up."""

    environment: Environment
    folder: Path
    clock: SimulatedClock = field(default_factory=SimulatedClock)
    lost: set[str] = field(default_factory=set[str])
    well: bool = True
    losses: int = 0
    releases: dict[Role, str] = field(default_factory=lambda: dict.fromkeys(ROLES, "a" * 64))
    console: Console = field(default_factory=lambda: Console(file=io.StringIO(), width=200))
    reports: list[Report] = field(default_factory=list[Report])
    fault: Fault | None = None
    armed: bool = False
    calls: int = 0
    struck: str | None = None
    by_fault: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.regions = {role: self.environment.regional(role).region for role in ROLES}
        self.database = SimulatedDatabase(
            self.environment, self.clock, lambda region: region not in self.lost
        )
        self.groups = {
            role: Group(
                self.clock,
                self.environment.regional(role).capacity.desired,
                self.environment.regional(role).capacity.max,
            )
            for role in ROLES
        }
        self.s3 = {
            place.region: S3(self.clock, partial(self.answers, place.region))
            for place in self.environment.switch_places
        }
        self.cluster = Cluster(self.answers)
        self.published: dict[Role, bool] = {}
        self._changed: dict[Role, float] = {}
        self.tick()

    def answers(self, region: str) -> bool:
        return region not in self.lost

    # What Route 53 sees.

    def serves(self, role: Role) -> bool:
        up = self.answers(self.regions[role]) and self.groups[role].in_service > 0
        if role == "dr":
            return up
        has = self.environment.data.kind is not None
        return up and self.well and (not has or self.regions[role] in self.database.writers)

    @property
    def is_set(self) -> bool:
        """Whether Route 53 finds the switch set."""
        if self.environment.failover.routing_control is not None:
            return bool(self.cluster.off)
        return bool(self._written(SET_KEY))

    @property
    def set_by_somebody(self) -> bool:
        """Whether the last to move the switch has set it: the control deletes what a clear left."""
        written, cleared = self._written(SET_KEY), self._written(CLEARED_KEY)
        return self.is_set and not (cleared and written and max(cleared) > max(written))

    def _written(self, key: str) -> list[datetime]:
        """When an object was written, in each place that answers and has it."""
        found = {place.region: f"{place.bucket}/{key}" for place in self.environment.switch_places}
        stored = [
            self.s3[region].objects.get(name)
            for region, name in found.items()
            if self.answers(region)
        ]
        return [one.written for one in stored if one]

    @property
    def in_service(self) -> bool:
        return self.published["primary"] and not self.is_set

    @property
    def answered(self) -> Role:
        return "primary" if self.in_service or not self.published["dr"] else "dr"

    def tick(self) -> None:
        """Route 53's view follows the truth after a while."""
        self.database.tick()
        for role in ROLES:
            now = self.serves(role)
            if self.published.setdefault(role, now) == now:
                self._changed.pop(role, None)
            elif self.clock.seconds >= self._changed.setdefault(role, self.clock.seconds) + (
                DETECTION
            ):
                self.published[role] = now

    def sleep(self, seconds: float) -> None:
        """In steps that no change is shorter than."""
        for _ in range(max(1, round(seconds / STEP))):
            self.clock.seconds += STEP
            self.tick()

    def lookup(self, name: str) -> set[str]:
        struck = self._strike("dns", "lookup", None)
        if struck == "after":
            raise KeyboardInterrupt
        if struck is not None:
            return set()
        environment = self.environment
        for role in ROLES:
            if name == environment.health_name(role):
                return {HEALTHY_ADDRESS if self.published[role] else UNHEALTHY_ADDRESS}
            if name == environment.regional_name(role):
                return {ADDRESSES[role]}
        if name == environment.in_service_name:
            return {HEALTHY_ADDRESS if self.in_service else UNHEALTHY_ADDRESS}
        return {ADDRESSES[self.answered]} if name == environment.dns.domain else set()

    # What the operator's clients reach.

    def connect(self, service: str, region: str, **options: Any) -> Any:
        role = next((role for role in ROLES if self.regions[role] == region), None)
        made: Any = {
            "s3": lambda: self.s3.get(region) or Releases(),
            "rds": lambda: self._rds(region),
            "autoscaling": lambda: self.groups[role] if role else None,
            "sts": Sts,
            "cloudwatch": Metrics,
            CLUSTER_SERVICE: lambda: self.cluster.endpoint(region, options["endpoint_url"]),
        }[service]()
        return Client(self, made, service, region)

    def _rds(self, region: str) -> OperatorsRds:
        known = self.database.rds(region)
        return OperatorsRds(known.database, known.role, region)

    def _strike(self, service: str, operation: str, region: str | None) -> str | None:
        """What goes wrong at this call, if anything: "no answer" or "after"."""
        if not self.armed:
            return None
        self.calls += 1
        fault = self.fault
        if fault is None or self.struck is not None or self.calls != fault.at:
            return None
        self.struck = f"{service} {operation}"
        match fault.kind:
            case "is interrupted":
                raise KeyboardInterrupt
            case "is interrupted after":
                return "after"
            case "loses its region":
                lost = region or self.regions["dr"]
                self.by_fault |= {lost} - self.lost
                self.lost.add(lost)
                self.tick()
                return "no answer"
            case "hangs":
                return "hangs"
            case _:
                return "no answer"

    # Plans.

    @property
    def switch(self) -> FailoverSwitch | None:
        latches = self.environment.failover.latches
        return switch_of(self.environment, self.connect) if latches else None

    @property
    def facts(self) -> Facts:
        return Facts(self.environment, self.connect, self.lookup, self.switch)

    def options(self, **more: Any) -> Options:
        given: dict[str, Any] = {"yes": True, "accept_loss": True, **more}
        return Options(
            patience=Patience(5, 1800, clock=lambda: self.clock.seconds, sleep=self.sleep),
            reports=self.folder / "reports",
            journals=self.folder / "journals",
            **given,
        )

    def run(self, plan: PlanName, **more: Any) -> str | None:
        """Why the plan stopped; None if it is complete."""
        watching = Watching(lambda _: set(), every=0.005)
        try:
            commands.carry_out_plan(
                plan,
                self.facts,
                self.options(**more),
                watching,
                self.console,
                tell=self.reports.append,
            )
        except OperationError as error:
            return str(error)
        except KeyboardInterrupt:
            return "interrupted"
        return None

    @property
    def said(self) -> str:
        assert isinstance(self.console.file, io.StringIO)
        return self.console.file.getvalue()

    @property
    def writers(self) -> set[Role]:
        return {role for role in ROLES if self.regions[role] in self.database.writers}


class Client:
    """Counts calls, and lets them go wrong as the world wants."""

    def __init__(self, world: World, made: Any, service: str, region: str) -> None:
        self._world, self._made, self._service, self._region = world, made, service, region

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._made, name)
        if not callable(found) or name == "exceptions":
            return found

        def call(**given: Any) -> Any:
            world = self._world
            struck = world._strike(self._service, name, self._region)
            if struck == "hangs":
                within(0.01, threading.Event().wait, what=name)
            if struck == "no answer" and world.answers(self._region):
                broken = {"Error": {"Code": "InternalFailure"}}
                status: Any = {**broken, "ResponseMetadata": {"HTTPStatusCode": 500}}
                raise ClientError(status, name)
            if not world.answers(self._region):
                raise ServiceGoneError(service=self._service)
            if name == "failover_global_cluster" and not world.lost:
                world.losses += 1
            answer = found(**given)
            if struck == "after":
                raise KeyboardInterrupt
            return answer

        return call
