"""What the operator does to the database, with the code of `failover data`."""

import asyncio
from collections.abc import Callable

from rich.console import Console

from environments import Environment
from functions.failover_control.switch import FailoverSwitch
from operations.aws import Connect
from operations.data import commands
from operations.data.waiting import Patience
from proof.drill.data.databases import Databases
from proof.drill.journal import Journal
from terminal.console import console
from terminal.errors import OperationError

# Real seconds.
PATIENCE = Patience(poll=0.1, timeout=60)


class DataOperator:
    """switch: finds the failover switch. connect: to the embedded AWS, as anybody may."""

    def __init__(
        self,
        environment: Environment,
        databases: Databases,
        journal: Journal,
        connect: Connect,
        switch: Callable[[], FailoverSwitch | None],
    ) -> None:
        self._environment = environment
        self._databases = databases
        self._journal = journal
        self._connect_plainly = connect
        self._switch = switch

    async def promote(self) -> None:
        """Lets the standby's database take writes, and accepts the loss."""

        def act(quiet: Console) -> None:
            commands.promote(
                self._environment,
                "dr",
                confirm=lambda _: None,
                console=quiet,
                patience=PATIENCE,
                connect=self.connect,
                switch=self._switch(),
            )

        await self._do("promotes the standby's database", act)

    async def resync(self) -> None:
        """Waits until the other region's database follows."""

        def act(quiet: Console) -> None:
            commands.resync(
                self._environment,
                confirm=lambda _: None,
                console=quiet,
                patience=PATIENCE,
                connect=self.connect,
            )

        await self._do("resynchronises the databases", act)

    async def switch_over(self) -> None:
        """Moves the writer back to the primary."""

        def act(quiet: Console) -> None:
            commands.switchover(
                self._environment,
                "primary",
                console=quiet,
                patience=PATIENCE,
                connect=self.connect,
            )

        await self._do("moves the writer back to the primary", act)

    def connect(self, service: str, region: str, **_: object) -> object:
        """RDS is the drill's own."""
        made = self._connect_plainly(service, region)
        if service != "rds":
            return made
        return self._databases.driven(made)

    async def _do(self, what: str, act: Callable[[Console], None]) -> None:
        """What is refused is told; what should have followed will be missed."""
        quiet = console()
        quiet.quiet = True
        self._journal.tell("operator", what)
        try:
            await asyncio.to_thread(act, quiet)
        except OperationError as error:
            self._journal.tell("operator", f"is refused: {error}")
