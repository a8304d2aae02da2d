"""Deliveries during a drill, which take their time by its clock."""

import asyncio
import hashlib
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from environments import ROLES, Environment, Role
from operations.delivery.deployment import Deployment, Plan
from operations.delivery.display import SHORT
from operations.delivery.region import RegionalDelivery, delivery_to
from proof.drill.balancer import Balancer
from proof.drill.delivering import BY, connected, put, repack
from proof.drill.instances import Instances
from proof.drill.journal import Journal
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError

# Seconds between two looks, for which alarms could roll a release back, and between two looks at
# the drill's own instances.
POLL, BAKE, LOOK = 15, 30, 0.5
# Real seconds for which the embedded AWS considers a new instance not ready: nearly always, and for
# the moments in which a refresh may go on.
HELD, LET_GO = 3600, 1
# The drill's looks at its groups between two such moments: one may have begun before.
LOOKS = 2


@dataclass(frozen=True)
class Delivered:
    """How a delivery stands at the end of a scenario, as the drill's own instances show it."""

    release: str
    """Its digest."""
    on_it: Mapping[Role, int]
    """How many instances run it and serve users."""
    instances: Mapping[Role, int]
    before: Mapping[Role, int]
    """How many served when the scenario began."""
    least: Mapping[Role, int]
    """The fewest that served at any moment of the scenario."""
    lost: tuple[Role, ...] = ()
    """Regions that the delivery calls lost."""
    trouble: str = ""
    """Why it failed."""


class _OverError(Exception):
    """The drill ends: no error of the delivery's."""


class Deliveries:
    """Delivers one release after another, and watches what becomes of the regions meanwhile.

    archive: the release that runs everywhere at first. folder: for more of them.
    """

    def __init__(
        self,
        environment: Environment,
        aws: EmbeddedAws,
        journal: Journal,
        *,
        instances: Mapping[Role, Instances],
        balancers: Mapping[Role, Balancer],
        archive: Path,
        folder: Path,
    ) -> None:
        self._environment = environment
        self._aws = aws
        self._journal = journal
        self._clock = journal.clock
        self._instances = instances
        self._balancers = balancers
        self._archive = archive
        self._folder = folder
        self._made = 0
        self._release = ""
        self._lost: tuple[Role, ...] = ()
        self._trouble = ""
        self._told: dict[str, str] = {}
        self._before: dict[Role, int] = {}
        self._least: dict[Role, int] = {}
        self.begin()
        self._task: asyncio.Task[None] | None = None
        self._over = threading.Event()

    async def start(self, *, new: bool = True) -> None:
        """Starts to deliver a new release, or the latest one again."""
        if new:
            self._made += 1
            where = (self._archive, self._folder, f"release-{self._made + 1}")
            self._archive = await asyncio.to_thread(repack, *where)
            with self._archive.open("rb") as stream:
                self._release = hashlib.file_digest(stream, "sha256").hexdigest()
        self._lost, self._trouble = (), ""
        again = "" if new else " again"
        self._journal.tell("operator", f"delivers release {self._release[:SHORT]}{again}")
        self._task = asyncio.create_task(asyncio.to_thread(self._deliver))

    async def finished(self) -> None:
        """Waits until the delivery is over, however it went."""
        if self._task is not None:
            await self._task

    @property
    def under_way(self) -> bool:
        return self._task is not None and not self._task.done()

    def _deliver(self) -> None:
        """Runs in a thread: the operator's code blocks."""
        regions = [self._delivery(role) for role in ROLES]
        plan = Plan(
            order="together",
            bake=BAKE,
            by=BY,
            why="a drill",
            poll=POLL,
            clock=self._now,
            sleep=self._sleep,
        )
        deployment = Deployment(regions, plan, self._show)
        try:
            put(self._archive, self._release, regions)
            deployment.run()
        except _OverError:
            return
        except OperationError as error:
            self._trouble = str(error)
        self._lost = tuple(one.role for one in regions if one.name in deployment.lost)
        told = [self._trouble, *deployment.lost.values()]
        trouble = "; ".join(one for one in told if one)
        how = f"is not delivered everywhere: {trouble}" if trouble else "is delivered"
        self._journal.tell("control", f"release {self._release[:SHORT]} {how}")

    def _delivery(self, role: Role) -> RegionalDelivery:
        patience = self._environment.application.grace
        where = (self._environment, role, self._release, patience)
        return delivery_to(*where, connect=connected(self._aws), clock=self._now)

    def _now(self) -> float:
        return self._clock.now

    def _sleep(self, seconds: float) -> None:
        if self._over.wait(seconds / self._clock.factor):
            raise _OverError

    def _show(self, regions: Sequence[RegionalDelivery], _: str) -> None:
        for one in regions:
            look = one.look
            serve = f"{look.serving} of {look.instances} instances serve the new release"
            line = f"{one.region}: {serve}; {look.step}"
            if self._told.get(one.name) != line:
                self._told[one.name] = line
                self._journal.tell("control", line)

    async def follow(self) -> None:
        """Watches the drill's instances until cancelled.

        The embedded AWS replaces instances in real time, and knows nothing of the drill's, which
        boot by the drill's clock. So its refreshes go on only for moments: when all of the drill's
        instances serve, and after the drill has seen what came of the moment before.
        """
        await asyncio.to_thread(self._aws.delay_instances, HELD)
        due: dict[Role, int] = dict.fromkeys(ROLES, 0)
        while True:
            for role, now in self._healthy().items():
                self._least[role] = min(now, self._least[role])
            up: dict[Role, Instances] = {
                role: one for role, one in self._instances.items() if not self._balancers[role].lost
            }
            quiet = all(one.looks >= due[role] and not one.boots for role, one in up.items())
            if up and quiet and self.under_way:
                region = self._environment.regional(min(up)).region
                await asyncio.to_thread(self._let_go, region)
                due = {role: one.looks + LOOKS for role, one in self._instances.items()}
            await self._clock.sleep(LOOK)

    def _let_go(self, region: str) -> None:
        """Lets refreshes go on for one request, which any region's will do."""
        self._aws.delay_instances(LET_GO)
        with suppress(ClientError):  # the region has just been lost
            self._aws.client("autoscaling", region).describe_auto_scaling_groups()
        self._aws.delay_instances(HELD)

    def begin(self) -> None:
        """A scenario begins."""
        self._before, self._least = self._healthy(), self._healthy()

    def delivered(self) -> Delivered:
        """How things stand at the end of a scenario."""
        on_it: dict[Role, int] = {role: self._count(role) for role in ROLES}
        balancers = self._balancers
        instances: dict[Role, int] = {role: balancers[role].registered for role in ROLES}
        return Delivered(
            self._release,
            on_it,
            instances,
            self._before,
            self._least,
            lost=self._lost,
            trouble=self._trouble,
        )

    def _healthy(self) -> dict[Role, int]:
        return {role: self._balancers[role].healthy for role in ROLES}

    def _count(self, role: Role) -> int:
        """Instances that run the latest release and serve."""
        targets = self._balancers[role].targets
        return sum(
            release == self._release and name in targets and targets[name].state == "healthy"
            for name, release in self._instances[role].releases.items()
        )

    def level(self, role: Role) -> bool:
        """Whether every instance of a region runs the latest release and serves."""
        return self._count(role) == self._balancers[role].registered > 0

    def half_way(self, role: Role) -> bool:
        """Whether an old instance has been replaced, and another has not; with a single one,
        whether its replacement has been launched."""
        before = self._before[role]
        if before == 1:
            return self._balancers[role].registered > 1
        releases = self._instances[role].releases.values()
        old = sum(release != self._release for release in releases)
        return 0 < old < before and self._count(role) > 0

    def end(self) -> None:
        """Ends a delivery that goes on. AWS finishes the refreshes by itself."""
        self._over.set()
        self._aws.delay_instances(0)
