"""The failover control in the drill: the real function's code, against the embedded AWS."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from environments import Data, Environment
from functions.failover_control.agreed import (
    BETWEEN_LOOKS,
    CLEARED_KEY,
    DOWN_KEY,
    LOOKS,
    NEEDED_KEY,
    NOTE_KEY,
    PAUSED_KEY,
    SET_KEY,
)
from functions.failover_control.control import Control
from functions.failover_control.endpoint import Health, Lookup, health
from functions.failover_control.handler import control_from
from functions.failover_control.switch import FailoverSwitch
from operations.switch.commands import clear_switch
from proof.drill.dated import Dated, Dates, time_of
from proof.drill.journal import Journal
from proof.drill.objects import there
from sandbox.embedded_aws import EmbeddedAws
from terminal.console import console
from terminal.errors import OperationError

# The function's variables that tell it of a database.
OF_THE_DATABASE = ("DATABASE", "PROMOTE_AFTER_MINUTES")


def deployed_variables(aws: EmbeddedAws, environment: Environment) -> dict[str, str]:
    """The environment variables that the function was deployed with."""
    function = environment.control_name
    client = aws.client("lambda", environment.dr.region)
    try:
        found: dict[str, Any] = client.get_function(FunctionName=function)["Configuration"]
    except client.exceptions.ResourceNotFoundException:
        raise OperationError(
            f"{environment.name} is not deployed: there is no {function}"
        ) from None
    return found["Environment"]["Variables"]


class FunctionRunner:
    """Runs the function in the standby's region as Lambda would, by the drill's clock.

    rds: makes a client of the embedded AWS's RDS the drill's own; None leaves the database out.
    """

    def __init__(
        self,
        aws: EmbeddedAws,
        environment: Environment,
        variables: Mapping[str, str],
        journal: Journal,
        rds: Callable[[Any], Any] | None = None,
    ) -> None:
        if rds is None:
            environment = environment.model_copy(update={"data": Data()})
            variables = {
                name: value for name, value in variables.items() if name not in OF_THE_DATABASE
            }
        self.region = environment.dr.region
        self._aws = aws
        self._environment = environment
        # The function's own credentials, as Lambda would provide; the drill itself acts as an
        # administrator.
        self._as_function = aws.assume(environment.control_name)
        self._places = environment.switch_places
        self._variables = variables
        self._journal = journal
        self._rds = rds
        self._clients: dict[tuple[str, str], Any] = {}
        # Shared by the function and the operator: each must see when the other moved the switch.
        self._dates: Dates = {}
        if "ROUTING_CONTROL" in variables:
            raise OperationError("the drill has no ARC cluster for a routing control")
        self._control = self._new()
        self._looks = 0
        # A look still running when the drill ends must not undo the cleanup.
        self._at_work = threading.Lock()
        self._over = False
        self.lost = False

    @property
    def switch(self) -> FailoverSwitch | None:
        """The switch as an operator uses it; None with automatic failback."""
        return control_from(self._variables, self._operators_client).switch

    def _operators_client(self, service: str, region: str, **_: Any) -> Any:
        """An operator may clear the switch; the function's role may not."""
        return self._dated(self._aws, service, region)

    def _dated(self, aws: EmbeddedAws, service: str, region: str) -> Any:
        """A client with these credentials; S3 clients use the drill's clock."""
        client = aws.client(service, region)
        if service == "rds" and self._rds is not None:
            return self._rds(client)
        return Dated(client, self._journal.clock, self._dates) if service == "s3" else client

    def _new(self) -> Control:
        """A new Control, as each run of the function creates; its first look is the heartbeat."""
        control = control_from(self._variables, self._client)
        keeper = control.keeper and replace(control.keeper, now=self._now)
        return replace(control, now=self._now, keeper=keeper)

    def _now(self) -> datetime:
        return time_of(self._journal.clock)

    def _client(self, service: str, region: str) -> Any:
        """Reuses one client across runs."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._dated(self._as_function, service, region)
        return self._clients[service, region]

    async def run(self, lookup: Lookup) -> None:
        """Looks on the function's schedule until cancelled, except while its region is lost."""
        while True:
            if not self.lost:
                await asyncio.to_thread(self._look, lookup)
            await self._journal.clock.sleep(BETWEEN_LOOKS)

    def _look(self, lookup: Lookup) -> None:
        primary = health(self._variables["PRIMARY_HEALTH_NAME"], lookup)
        standby = health(self._variables["STANDBY_HEALTH_NAME"], lookup)
        self._act(primary, standby)

    def _act(self, primary: Health, standby: Health) -> None:
        with self._at_work:
            if not self._over:
                self._act_now(primary, standby)

    def _act_now(self, primary: Health, standby: Health) -> None:
        first = self._looks % LOOKS == 0
        if first:
            self._control = self._new()
        self._looks += 1
        lost = self._aws.lost
        try:
            for one in self._control.act(primary, standby=standby, keep=first):
                self._journal.tell("control", one)
        except ExceptionGroup as group:
            # Errors of a lost region's APIs are expected; they are raised once everything else is
            # done.
            others = group.split((BotoCoreError, ClientError))[1]
            if others is not None or not (lost or self._aws.lost):
                raise
        self.note_switch()

    def note_switch(self) -> None:
        """Records the state of the switch in each place, if there is a switch."""
        if self._variables["FAILBACK"] != "manual":
            return
        for place in self._places:
            found = there(self._client("s3", place.region), place.bucket, SET_KEY)
            said = {True: "set", False: "clear", None: "away"}[found]
            self._journal.state(f"switch in {place.region}", said)

    def clear(self, lookup: Lookup) -> str:
        """Fails back with the code of `failover switch clear`. Returns what came of it."""
        quiet = console()
        quiet.quiet = True
        try:
            clear_switch(
                self._environment,
                by="the drill's operator",
                reason="the primary is well",
                force=False,
                console=quiet,
                lookup=lookup,
                switch=self.switch,
                connect=self._operators_client,
            )
        except OperationError as error:
            return f"the switch is not cleared: {error}"
        self.note_switch()
        return "clears the switch"

    def end(self) -> None:
        """Makes any further look a no-op."""
        with self._at_work:
            self._over = True

    def tidy(self) -> None:
        """Puts the deployment back as it was: switch clear, standby at rest, no notes."""
        standby = self._control.standby
        if standby is not None:
            standby.lie_down()
        for place in self._places:
            s3 = self._aws.client("s3", place.region)
            for key in (SET_KEY, CLEARED_KEY, NOTE_KEY, NEEDED_KEY, DOWN_KEY, PAUSED_KEY):
                s3.delete_object(Bucket=place.bucket, Key=key)
