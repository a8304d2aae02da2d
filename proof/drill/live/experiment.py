"""Takes the primary away by an experiment of AWS Fault Injection Service, which ends by itself."""

import time
from collections.abc import Callable, Collection
from typing import Any
from uuid import uuid4

from environments import Environment
from operations.aws import Connect, refused
from terminal.errors import OperationError

# https://docs.aws.amazon.com/fis/latest/userguide/experiments.html
STARTING, RUNNING, STOPPING = ("pending", "initiating"), "running", "stopping"
FAILED = "failed"
# Seconds.
TIMEOUT, LOOK = 120, 3


class CuttingOff:
    """Cuts the load balancer's subnets off from everything outside their VPC.

    sleep: waits for so many seconds; a test's does not.
    """

    def __init__(
        self,
        environment: Environment,
        connect: Connect,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = environment.drills
        self._region = environment.primary.region
        self._minutes = environment.drill.minutes
        self._fis = connect("fis", self._region)
        self._sleep = sleep

    @property
    def what(self) -> str:
        return (
            f"AWS FIS cuts the load balancer's subnets in {self._region} off from the outside, and"
            f" ends that after {self._minutes} minutes, or at once if the standby is lost"
        )

    @property
    def otherwise(self) -> str:
        return f"AWS FIS ends the experiment within {self._minutes} minutes of its beginning"

    def check(self) -> None:
        running = self._under_way(self._template())
        if running:
            raise OperationError(
                f"a drill is under way: AWS FIS runs {running[0]} in {self._region}; `--end` stops"
                " it"
            )

    def begin(self) -> None:
        template = self._template()
        with refused("the experiment cannot be started"):
            started = self._fis.start_experiment(
                clientToken=str(uuid4()), experimentTemplateId=template
            )
        known = started["experiment"]["id"]
        self._wait_while(STARTING, known, lambda status: status == RUNNING)

    def end(self) -> bool:
        found = self._under_way(self._template())
        for known in found:
            if self._state(known)["status"] != STOPPING:
                with refused(f"the experiment {known} cannot be stopped"):
                    self._fis.stop_experiment(id=known)
        for known in found:
            self._wait_while((*STARTING, RUNNING, STOPPING), known, lambda status: status != FAILED)
        return bool(found)

    def _wait_while(
        self, passing: Collection[str], known: str, wanted: Callable[[str], bool]
    ) -> None:
        """Raises OperationError unless the experiment gets from the passing states to a wanted
        one in time."""
        state = self._state(known)
        end = time.monotonic() + TIMEOUT
        while state["status"] in passing and time.monotonic() < end:
            self._sleep(LOOK)
            state = self._state(known)
        if state["status"] in passing or not wanted(state["status"]):
            raise OperationError(
                f"the experiment {known} is {state['status']}: {state.get('reason', 'unknown')}"
            )

    def _state(self, known: str) -> dict[str, Any]:
        with refused(f"the experiment {known} cannot be read"):
            state: dict[str, Any] = self._fis.get_experiment(id=known)["experiment"]["state"]
        return state

    def _template(self) -> str:
        with refused(f"experiment templates in {self._region} cannot be read"):
            pages = self._fis.get_paginator("list_experiment_templates").paginate()
            found: list[str] = [
                one["id"]
                for page in pages
                for one in page["experimentTemplates"]
                if one.get("tags", {}).get("Name") == self._name
            ]
        if len(found) != 1:
            raise OperationError(
                f"there is no single experiment template {self._name} in {self._region}: apply the"
                " stack `primary`"
            )
        return found[0]

    def _under_way(self, template: str) -> list[str]:
        """The IDs of the template's experiments that have not ended."""
        with refused(f"experiments in {self._region} cannot be read"):
            pages = self._fis.get_paginator("list_experiments").paginate()
            return [
                one["id"]
                for page in pages
                for one in page["experiments"]
                if one["experimentTemplateId"] == template
                and one["state"]["status"] in (*STARTING, RUNNING, STOPPING)
            ]
