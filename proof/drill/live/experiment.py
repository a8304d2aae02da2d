"""Takes the primary away by an experiment of AWS Fault Injection Service, which ends by itself."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from environments import Environment
from operations.aws import Connect, refused
from terminal.errors import OperationError

# https://docs.aws.amazon.com/fis/latest/userguide/experiments.html
STARTING, RUNNING = ("pending", "initiating"), "running"
# Seconds.
START_TIMEOUT, LOOK = 120, 3


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
                clientToken=str(uuid4()), experimentTemplateId=template, tags={"Name": self._name}
            )
        known = started["experiment"]["id"]
        state = self._state(known)
        end = time.monotonic() + START_TIMEOUT
        while state["status"] in STARTING and time.monotonic() < end:
            self._sleep(LOOK)
            state = self._state(known)
        if state["status"] != RUNNING:
            raise OperationError(
                f"the experiment {known} is {state['status']}: {state.get('reason', 'unknown')}"
            )

    def end(self) -> None:
        for known in self._under_way(self._template()):
            with refused(f"the experiment {known} cannot be stopped"):
                self._fis.stop_experiment(id=known)

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
                and one["state"]["status"] in (*STARTING, RUNNING)
            ]
