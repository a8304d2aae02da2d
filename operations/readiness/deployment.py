"""What the checks ask: a deployment's two regions, and DNS."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from environments import Environment, Role
from functions.standby_readiness.standby import AbsentError, Standby, group_of, template_of
from modules.standby_settings import standby_settings
from operations import aws
from operations.aws import Connect
from operations.preflight.account import Account
from operations.preflight.resolver import Ask, resolve
from terminal.errors import OperationError


class Deployment(Account):
    """An environment as it is deployed. Its checks run side by side, so it makes each client once
    and one after the other: boto3's sessions are not made for threads.

    https://docs.aws.amazon.com/boto3/latest/guide/session.html#multithreading-or-multiprocessing-with-sessions
    """

    def __init__(
        self,
        environment: Environment,
        *,
        client: Connect = aws.client,
        resolve: Ask = resolve,
        assume: Callable[[str, str], Connect] = aws.assumed,
    ) -> None:
        super().__init__(environment, client=_made_once(client), resolve=resolve, assume=assume)

    def region(self, role: Role) -> str:
        return self.environment.regional(role).region

    @cached_property
    def standby(self) -> Standby:
        """What the checks of the standby's region ask. It needs at least as many instances as the
        primary has now, if that answers."""
        settings = standby_settings(self.environment)
        try:
            present: int = self.group("primary")["DesiredCapacity"]
        except Exception:  # the check `present size` says it
            present = 0
        return Standby(
            replace(settings, needed=max(settings.needed, present)),
            lambda service: self.client(service, settings.region),
        )

    @property
    def sts_region(self) -> str:
        """The standby's: the primary's may be lost."""
        return self.region("dr")

    @property
    def number(self) -> str:
        """The account's number, asked for once."""
        return self.standby.account

    def group(self, role: Role) -> dict[str, Any]:
        """A region's Auto Scaling group. Raises boto3's errors, and OperationError if there is
        none."""
        settings = self.environment.regional(role)
        try:
            return group_of(
                self.client("autoscaling", settings.region), settings.auto_scaling_group
            )
        except AbsentError as error:
            raise OperationError(f"{settings.region}: {error}") from None

    def template(self, role: Role) -> dict[str, Any]:
        """What a region's group starts instances from."""
        return template_of(self.client("ec2", self.region(role)), self.group(role))


def _made_once(client: Connect) -> Connect:
    lock, made = threading.Lock(), dict[tuple[str, str, str | None], Any]()

    def once(service: str, region: str, **how: Any) -> Any:
        key = (service, region, how.get("endpoint_url"))
        with lock:
            if key not in made:
                made[key] = client(service, region, **how)
            return made[key]

    return once
