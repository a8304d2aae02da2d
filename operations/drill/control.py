"""The failover control in the drill: the real function's objects, on the embedded AWS."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from environments import Environment
from functions.failover_control.control import BETWEEN_LOOKS, LOOKS, NEEDED_KEY, Control
from functions.failover_control.endpoint import Health, Lookup, health
from functions.failover_control.handler import control_from
from functions.failover_control.switch import CLEARED_KEY, SET_KEY, FailoverSwitch
from operations.drill.journal import Journal
from operations.drill.metrics import Metrics
from operations.embedded_aws import EmbeddedAws
from operations.errors import OperationError


def deployed_variables(aws: EmbeddedAws, environment: Environment) -> dict[str, str]:
    """The function's variables, as it was deployed with them."""
    function = f"{environment.name}-failover-control"
    client = aws.client("lambda", environment.dr.region)
    try:
        found: dict[str, Any] = client.get_function(FunctionName=function)["Configuration"]
    except client.exceptions.ResourceNotFoundException:
        raise OperationError(
            f"{environment.name} is not deployed: there is no {function}"
        ) from None
    return found["Environment"]["Variables"]


class ControlFunction:
    """What Lambda would run in the standby's region.

    It counts real time: a standby that is woken stays awake until the drill is over.
    """

    def __init__(
        self,
        aws: EmbeddedAws,
        environment: Environment,
        variables: Mapping[str, str],
        metrics: Metrics,
        journal: Journal,
    ) -> None:
        self.region = environment.dr.region
        self._variables = variables
        self._journal = journal
        clients = {name: aws.client(name, self.region) for name in ("s3", "autoscaling")}
        clients["cloudwatch"] = metrics.client(aws.client("cloudwatch", self.region), self.region)
        self._clients: Mapping[str, Any] = clients
        if "ROUTING_CONTROL" in variables:
            raise OperationError("the drill has no ARC cluster for a routing control")
        self._control = self._new()
        self._looks = 0
        # A look that is under way when the drill ends must not undo the tidying.
        self._at_work = threading.Lock()
        self._over = False
        self.lost = False

    @property
    def switch(self) -> FailoverSwitch | None:
        """The switch, in a new hand; None with automatic failback."""
        return self._new().switch

    def _new(self) -> Control:
        """What each run of the function makes: its first look is the heartbeat."""
        return control_from(self._variables, self._clients.__getitem__)

    async def run(self, lookup: Lookup) -> None:
        """Looks as its schedule has it, until it is cancelled; not while its region is lost."""
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
        if self._looks % LOOKS == 0:
            self._control = self._new()
        self._looks += 1
        try:
            for one in self._control.act(primary, standby=standby):
                self._journal.tell("control", one)
            self.note_switch()
        except (ExceptionGroup, ClientError) as error:
            if not self.lost:  # or else it was in the middle of a look
                raise
            self._journal.tell("control", f"a look failed: {error}")

    def note_switch(self) -> None:
        """Notes the switch's position, where there is a switch."""
        switch = self.switch
        if switch is not None:
            position = "set" if switch.setting() is not None else "clear"
            self._journal.state("switch", position, silently=True)

    def end(self) -> None:
        """No look does anything from now on."""
        with self._at_work:
            self._over = True

    def tidy(self) -> None:
        """Leaves the deployment as it was made: the switch clear, the standby at rest, no notes."""
        switch = self.switch
        if switch is not None and switch.setting() is not None:
            switch.clear(by="drill", reason="the drill begins or is over")
        standby = self._control.standby
        if standby is not None:
            standby.lie_down()
        for key in (SET_KEY, CLEARED_KEY, NEEDED_KEY):
            self._clients["s3"].delete_object(Bucket=self._variables["BUCKET"], Key=key)
