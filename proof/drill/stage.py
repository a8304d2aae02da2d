"""Everything a drill runs, and what its scenarios can do to it."""

import asyncio
import random
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from environments import ROLE_NAMES, ROLES, Environment, Role
from proof.drill.clock import Clock
from proof.drill.control import FunctionRunner, deployed_variables
from proof.drill.crowd import crowd
from proof.drill.data.databases import Databases
from proof.drill.data.operator import DataOperator
from proof.drill.data.writers import writing_crowd
from proof.drill.deliveries import Deliveries
from proof.drill.delivering import connected
from proof.drill.dns_service import DnsService
from proof.drill.instances import Instances
from proof.drill.journal import Journal
from proof.drill.latecomers import latecomers
from proof.drill.loopback import Loopback
from proof.drill.reading import Emitted
from proof.drill.settings import Settings
from proof.drill.software import Software
from proof.drill.targets import Target
from proof.drill.users import Web
from sandbox.embedded_aws import EmbeddedAws

# Seconds.
A_MINUTE = 60
THIRD = "third region"


class Stage:
    def __init__(
        self,
        environment: Environment,
        emitted: Emitted,
        aws: EmbeddedAws,
        *,
        settings: Settings,
        software: Software,
        folder: Path,
        journal: Journal,
        data: Databases | None = None,
    ) -> None:
        """data: None where users only read."""
        self.environment = environment
        self.emitted = emitted
        self.settings = settings
        self.journal = journal
        self.data = data
        self.clock: Clock = journal.clock
        self._aws = aws
        self._software = software
        self._loopback = Loopback(emitted.regions, journal, folder)
        self.balancers = self._loopback.balancers
        self._instances: dict[Role, Instances] = {
            role: self._instances_of(role, software, folder) for role in ROLES
        }
        self.deliveries = self._deliveries_of(settings.release, folder)
        self.dns = DnsService(
            environment,
            emitted,
            aws,
            balancers=self.balancers,
            chance=random.Random(settings.seed),  # noqa: S311 - a simulation
            journal=journal,
        )
        self._control = self._runner()
        self.operator = self._operator()
        for role in ROLES:
            journal.state(f"{ROLE_NAMES[role]} region", "up")
        if self.third is not None:
            journal.state(THIRD, "up")

    def _instances_of(self, role: Role, software: Software, folder: Path) -> Instances:
        region = self.emitted.regions[role]
        return Instances(
            region,
            self.balancers[role],
            self._aws.client("autoscaling", region.region),
            software=software,
            boot=self.environment.application.boot,
            grace=self.environment.application.grace,
            folder=folder / role,
            journal=self.journal,
            well=lambda: self.data is None or self.data.well(role),
        )

    def _deliveries_of(self, archive: Path | None, folder: Path) -> Deliveries | None:
        """None where instances serve a page."""
        if archive is None:
            return None
        return Deliveries(
            self.environment,
            self._aws,
            self.journal,
            instances=self._instances,
            balancers=self.balancers,
            archive=archive,
            folder=folder,
        )

    def _runner(self) -> FunctionRunner | None:
        """None where nothing is controlled."""
        if not self.environment.failover.controlled:
            return None
        variables = deployed_variables(self._aws, self.environment)
        rds = None if self.data is None else self.data.driven
        return FunctionRunner(self._aws, self.environment, variables, self.journal, rds)

    def _operator(self) -> DataOperator | None:
        """Who looks after the database; None where users only read."""
        data, control = self.data, self._control
        if data is None or control is None:
            return None
        connect = connected(self._aws)
        return DataOperator(self.environment, data, self.journal, connect, lambda: control.switch)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Runs everything. A background task that fails ends the `with` block with its error."""
        try:
            self.tidy()
            for role in ROLES:
                await self._instances[role].start()
                await self.balancers[role].open()
            await self.dns.open()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one) for one in self._background()]
                yield
                for task in tasks:
                    task.cancel()
        finally:
            if self._control is not None:
                self._control.end()
            if self.deliveries is not None:
                self.deliveries.end()
            for role in ROLES:
                await self.balancers[role].close()
                self._instances[role].stop()
            self._software.end()
            self.dns.close()
            self.tidy()

    def tidy(self) -> None:
        """Restores lost regions, and puts the deployment back as it was."""
        for region in self._aws.lost:
            self._aws.restore(region)
        if self._control is not None:
            self._control.tidy()

    def _background(self) -> list[Coroutine[Any, Any, None]]:
        work = [self.clock.run(), *self.dns.background()]
        work += [self._instances[role].follow() for role in ROLES]
        if self._control is not None:
            work.append(self._control.run(self.dns.lookup()))
        if self.deliveries is not None:
            work.append(self.deliveries.follow())
        if self.data is not None:
            work.append(self.data.follow())
        return work

    def users(self) -> list[Coroutine[Any, Any, None]]:
        """The users, ready to start."""
        web = Web(self._loopback.ports, self._loopback.authority.user())
        readers = crowd(
            self.emitted,
            self.settings.users,
            web=web,
            resolver=self.dns.resolver,
            journal=self.journal,
            releases=self.deliveries is not None,
        )
        readers += latecomers(
            self.emitted,
            seed=self.settings.seed,
            web=web,
            resolver=self.dns.late_resolver,
            journal=self.journal,
            releases=self.deliveries is not None,
        )
        if self.data is None:
            return readers
        return [
            *readers,
            *writing_crowd(self.data, self.emitted.url, web, self.dns.resolver, self.clock),
        ]

    async def lose(self, role: Role) -> None:
        """Loses a whole region: its load balancer is unreachable and its APIs do not answer."""
        region = self.environment.regional(role).region
        if role == "dr" and self._control is not None:
            self._control.lost = True
        await self.balancers[role].lose()
        if self.data is not None:
            with self.clock.process():
                await asyncio.to_thread(self.data.lose, role)
        await asyncio.to_thread(self._aws.lose, region)
        self._condition(role, "lost", f"{region} is lost")

    async def restore(self, role: Role) -> None:
        """Brings the region back as it was."""
        region = self.environment.regional(role).region
        await asyncio.to_thread(self._aws.restore, region)
        if self.data is not None:
            await asyncio.to_thread(self.data.restore, role)
        await self.balancers[role].open()
        if role == "dr" and self._control is not None:
            self._control.lost = False
        self._condition(role, "up", f"{region} is back")

    @property
    def third(self) -> str | None:
        """The region of the switch's second place; None if there is only one place, or no
        switch."""
        places = self.environment.switch_places if self._control is not None else ()
        return places[1].region if len(places) > 1 else None

    async def lose_third(self) -> None:
        """Loses the third region, and with it one of the switch's places."""
        assert self.third is not None  # noqa: S101 - only where there is one
        await asyncio.to_thread(self._aws.lose, self.third)
        self.journal.tell("fault", f"{self.third} is lost")
        self.journal.state(THIRD, "lost", silently=True)

    async def restore_third(self) -> None:
        """Brings it back as it was."""
        assert self.third is not None  # noqa: S101 - only where there is one
        await asyncio.to_thread(self._aws.restore, self.third)
        self.journal.tell("fault", f"{self.third} is back")
        self.journal.state(THIRD, "up", silently=True)

    def fail(self, role: Role, *, fails: bool) -> None:
        """Makes the application answer 500 or hang on every instance, or serve again."""
        self._instances[role].fail(fails=fails)
        region = self.environment.regional(role).region
        failure = "hangs" if self._software.hangs else "fails: HTTP 500"
        what = failure if fails else "serves again"
        self._condition(role, "fails" if fails else "up", f"the application in {region} {what}")

    async def kill_instance(self, role: Role) -> None:
        killed = await self._instances[role].kill_one()
        await self._heal(role, killed, f"an instance in {self.environment.regional(role).region}")

    async def lose_zone(self, role: Role) -> None:
        killed = await self._instances[role].kill_zone()
        await self._heal(role, killed, f"a zone of {self.environment.regional(role).region}")

    async def _heal(self, role: Role, killed: list[str], what: str) -> None:
        """The group relies on the load balancer's probes, and replaces whatever died."""
        targets = self.balancers[role].targets
        self.journal.tell("fault", f"{what} dies")
        for name in killed:
            out = partial(_is_out, targets[name])
            if await self.clock.until(out, at_most=A_MINUTE):
                await self._instances[role].replace(name)

    async def clear_switch(self) -> None:
        """Fails back as an operator does."""
        control = self._control
        assert control is not None  # noqa: S101 - only where there is a switch
        ask = self.dns.lookup()
        self.journal.tell("operator", await asyncio.to_thread(control.clear, ask))

    def replaced(self, role: Role) -> int:
        """How many instances the group has replaced because a database made them unhealthy."""
        return self._instances[role].replaced

    def everybody_on(self, role: Role) -> bool:
        """Whether this region served every user's last request."""
        latest = self.journal.latest()
        return len(latest) == self.settings.users and all(
            request.served == role for request in latest.values()
        )

    def _condition(self, role: Role, condition: str, what: str) -> None:
        self.journal.tell("fault", what)
        self.journal.state(f"{ROLE_NAMES[role]} region", condition, silently=True)


def _is_out(target: Target) -> bool:
    return target.state == "unhealthy"
