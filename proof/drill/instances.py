"""A region's instances: one process for each that its Auto Scaling group has in service."""

import asyncio
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from operations.aws import NoAnswerError
from proof.drill.balancer import Balancer
from proof.drill.clock import Clock
from proof.drill.journal import Journal
from proof.drill.reading import EmittedRegion
from proof.drill.software import Server, Software
from proof.drill.targets import Target
from proof.drill.web_server import free_port
from terminal.errors import OperationError

# Seconds between two polls of the group.
LOOK = 5


class Instances:
    """Follows the group in the embedded AWS.

    autoscaling: a client for the region. boot: seconds until a new instance serves. grace: seconds
    from its launch in which the group replaces none. folder: for the instances' files. well:
    whether the application can be healthy now, for all that it depends on.
    """

    def __init__(
        self,
        region: EmittedRegion,
        balancer: Balancer,
        autoscaling: Any,
        *,
        software: Software,
        boot: float,
        grace: float,
        folder: Path,
        journal: Journal,
        well: Callable[[], bool] = lambda: True,
    ) -> None:
        self._region = region
        self._balancer = balancer
        self._autoscaling = autoscaling
        self._software = software
        self._boot = boot
        self._grace = grace
        self._folder = folder
        self._journal = journal
        self._clock: Clock = journal.clock
        self._well = well
        self._servers: dict[str, Server] = {}
        self._booting: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._zones: dict[str, str] = {}
        self._launched: dict[str, float] = {}
        self._fails = False
        self.replaced = 0
        """How many the group has replaced because the database made them unhealthy."""
        self.looks = 0
        """How often it has looked at the group, and done what that wants."""

    async def start(self) -> None:
        """Starts the instances that are already in service."""
        names = sorted(await asyncio.to_thread(self._in_service))
        await asyncio.gather(*(self._boots(name, free_port(), boot=0) for name in names))

    async def follow(self) -> None:
        """Starts and stops instances as the group does, until cancelled."""
        while True:
            await self._clock.sleep(LOOK)
            wanted = await self._wanted()
            await self._heal(wanted)
            for name in wanted - self._known:
                self._launch(name)
            for name in self._known - wanted:
                self._terminate(name)
            for task in (*self._booting.values(), *self._ending):
                if task.done():
                    task.result()  # raises whatever went wrong
            self._ending = {task for task in self._ending if not task.done()}
            self.looks += 1

    def fail(self, *, fails: bool) -> None:
        """Makes the application fail on every instance, or serve again."""
        self._fails = fails
        self._balancer.hangs = fails and self._software.hangs
        for server in self._servers.values():
            server.fail(fails=fails)

    async def kill_one(self) -> list[str]:
        """Stops one instance's web server, without the group knowing, and returns its name."""
        return await self._kill([min(self._servers)])

    async def kill_zone(self) -> list[str]:
        """The same for every instance of one zone."""
        zone = self._zones[min(self._servers)]
        return await self._kill([name for name in self._servers if self._zones[name] == zone])

    @property
    def releases(self) -> dict[str, str | None]:
        """By instance that has booted, the release that it runs."""
        return {name: server.release for name, server in self._servers.items()}

    @property
    def boots(self) -> bool:
        """Whether an instance is on its way to serving users."""
        return any(target.state == "initial" for target in self._balancer.targets.values())

    async def _kill(self, names: list[str]) -> list[str]:
        for name in names:
            await asyncio.to_thread(self._servers[name].stop)
        return names

    async def _heal(self, members: set[str]) -> None:
        """Replaces those that the load balancer calls unhealthy for their database's fault, as the
        group does after the grace period. What the drill breaks itself, the stage replaces.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html
        """
        if self._well() or self._fails or self._balancer.lost:
            return
        for name, target in tuple(self._balancer.targets.items()):
            since = self._clock.now - self._launched.get(name, -math.inf)
            if name in members and target.state != "healthy" and since >= self._grace:
                why = "which its load balancer calls unhealthy"
                self._journal.tell("control", f"{self._region.region} replaces {name}, {why}")
                self.replaced += 1
                await self.replace(name)

    async def replace(self, name: str) -> None:
        """Replaces an instance, as the group does when its target is unhealthy."""
        await asyncio.to_thread(
            self._autoscaling.terminate_instance_in_auto_scaling_group,
            InstanceId=name,
            ShouldDecrementDesiredCapacity=False,
        )

    def stop(self) -> None:
        for task in (*self._booting.values(), *self._ending):
            task.cancel()
        while self._servers:
            self._servers.popitem()[1].stop()

    @property
    def _known(self) -> set[str]:
        return {*self._servers, *self._booting}

    async def _wanted(self) -> set[str]:
        """The group's instances; while the region is lost, those from before."""
        if self._balancer.lost:
            return self._known
        try:
            return await asyncio.to_thread(self._in_service)
        except ClientError:
            if self._balancer.lost:  # lost during the call
                return self._known
            raise

    def _in_service(self) -> set[str]:
        groups = self._autoscaling.describe_auto_scaling_groups(
            AutoScalingGroupNames=[self._region.group]
        )["AutoScalingGroups"]
        found = {
            instance["InstanceId"]: instance["AvailabilityZone"]
            for group in groups
            for instance in group["Instances"]
            if instance["LifecycleState"] == "InService"
        }
        self._zones |= found
        return set(found)

    def _launch(self, name: str) -> None:
        """Registers a new instance as a target at once; it serves once booted."""
        self._journal.tell("control", f"{self._region.region} starts instance {name}")
        port = free_port()
        self._launched[name] = self._clock.now
        self._balancer.register(name, port)
        self._booting[name] = asyncio.create_task(self._boots(name, port, self._boot))

    async def _boots(self, name: str, port: int, boot: float) -> None:
        serves = self._clock.now + boot
        server = self._software.server(self._region, self._folder / name, port)
        try:
            await self._fetch(server)
            if boot:  # the clock does not run at the start
                await self._clock.sleep(serves - self._clock.now)
        except BaseException:
            server.stop()
            raise
        await self._run(name, server)

    async def _fetch(self, server: Server) -> None:
        """In a lost region, an instance waits until S3 answers again."""
        while True:
            lost = self._balancer.lost
            try:
                return await asyncio.to_thread(server.fetch)
            except NoAnswerError:
                if not (lost or self._balancer.lost):
                    raise
            await self._clock.sleep(LOOK)

    async def _run(self, name: str, server: Server) -> None:
        self._servers[name] = server
        server.start()
        server.fail(fails=self._fails)
        if self._must_serve and not (self._fails and self._software.hangs):
            await self._serves(server)
        if name not in self._booting:
            self._balancer.register(name, server.port)

    async def _serves(self, server: Server) -> None:
        try:
            with self._clock.process():
                await asyncio.to_thread(server.wait_until_it_serves)
        except OperationError:
            if self._must_serve:  # it has lost nothing meanwhile
                raise

    @property
    def _must_serve(self) -> bool:
        """Whether an instance has no excuse: its load balancer does not ask for the database."""
        return self._region.live or self._well()

    def _terminate(self, name: str) -> None:
        """Requests that are open may end first, as long as the load balancer lets them."""
        self._journal.tell("control", f"{self._region.region} ends instance {name}")
        target = self._balancer.deregister(name)
        booting, server = self._booting.pop(name, None), self._servers.pop(name, None)
        if booting is not None:
            booting.cancel()
        if server is not None:
            self._ending.add(asyncio.create_task(self._end(server, target)))

    async def _end(self, server: Server, target: Target) -> None:
        try:
            await self._clock.until(lambda: target.open == 0, self._region.deregistration)
        finally:
            await asyncio.to_thread(server.stop)
