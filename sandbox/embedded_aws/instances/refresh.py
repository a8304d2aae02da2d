"""One instance refresh of an Auto Scaling group.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

# Reads and changes moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from sandbox.embedded_aws.account import account
from sandbox.embedded_aws.instances.batches import bounds
from sandbox.embedded_aws.instances.members import health_of, launch, terminate

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
PENDING, IN_PROGRESS, CANCELLING = "Pending", "InProgress", "Cancelling"
ROLLING_BACK = "RollbackInProgress"
ACTIVE = {PENDING, IN_PROGRESS, CANCELLING, ROLLING_BACK}
# What moto keeps of a group's launch template.
CONFIGURATION = (
    "ec2_launch_template",
    "launch_template_version",
    "provided_launch_template_version",
)
AVAILABLE = "Waiting for remaining instances to be available. For example: "
WARM = "Waiting for instances to warm up before continuing. For example: "


@dataclass
class InstanceRefresh:
    """A refresh, which `advance` takes as far as the present allows."""

    group: FakeAutoScalingGroup
    preferences: Mapping[str, Any]
    configuration: Mapping[str, Any] | None
    """The DesiredConfiguration; None to launch what the group does."""
    replaced: set[str]
    """The instances to replace."""
    kept: set[str]
    """Those that were there before and stay: protected ones, if the preferences say so."""
    id: str = field(default_factory=lambda: str(mock_random.uuid4()))
    status: str = PENDING
    reason: str | None = None
    percentage: int = 0
    to_update: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    rollback: dict[str, Any] | None = None
    _since: float = field(default_factory=time.monotonic)
    _healthy_since: dict[str, float] = field(default_factory=dict)
    _total: int = 0

    def __post_init__(self) -> None:
        self._total = len(self.replaced)

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    def advance(self) -> None:
        """Does whatever is due."""
        while self.active and self._step():
            pass

    def cancel(self) -> None:
        self._become(CANCELLING)

    def roll_back(self, why: str) -> None:
        """Replaces the new instances by ones that the group's own configuration describes."""
        self.rollback = {
            "RollbackReason": why,
            "RollbackStartTime": utcnow(),
            "PercentageCompleteOnRollback": self.percentage,
            "InstancesToUpdateOnRollback": self.to_update or 0,
        }
        old = self.replaced | self.kept
        self.replaced = {one.instance.id for one in self._members() if one.instance.id not in old}
        self.kept, self.configuration = old, None
        self.reason = why
        self._become(ROLLING_BACK)

    def _become(self, status: str) -> None:
        self.status, self._since = status, time.monotonic()

    def _step(self) -> bool:
        """Whether there may be more to do at once."""
        waited = time.monotonic() - self._since >= account.warm_up_seconds
        if self.status == PENDING and waited:
            self.started = utcnow()
            self._become(IN_PROGRESS)
            return True
        if self.status == CANCELLING and waited:
            self._end("Cancelled", "Cancelled due to user request.")
        if self.status == IN_PROGRESS and (alarm := self._alarm()) is not None:
            self._fail(f"The CloudWatch alarm {alarm} is in the ALARM state.")
            return self.active
        return self.status in {IN_PROGRESS, ROLLING_BACK} and self._replace()

    def _alarm(self) -> str | None:
        """One of the refresh's alarms that is in ALARM."""
        names = (self.preferences.get("AlarmSpecification") or {}).get("Alarms") or []
        backend = cloudwatch_backends[self.group.account_id][self.group.region]
        alarms = backend.get_alarms_by_alarm_names(names)
        return next((alarm.name for alarm in alarms if alarm.state_value == "ALARM"), None)

    def _fail(self, why: str) -> None:
        if self.preferences.get("AutoRollback"):
            self.roll_back(why)
        else:
            self._end("Failed", why)

    def _end(self, status: str, why: str | None) -> None:
        """Also scales in to the desired capacity. Nobody documents which instances go; here those
        that are not ready go first, as their health checks would replace them anyway."""
        self.status, self.reason, self.ended = status, why, utcnow()
        members = self._members()
        surplus = len(members) - (self.group.desired_capacity or 0)
        members.sort(key=self._is_ready)
        terminate(self.group, members[: max(surplus, 0)])

    def _members(self) -> list[Any]:
        """The group's instances, except for those in standby, which are not part of its capacity:
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html"""
        return self.group.active_instances()

    def _is_ready(self, member: Any) -> bool:
        """Whether an instance is healthy and, if it is new, has warmed up."""
        instance = member.instance.id
        if health_of(self.group, instance) is not None:
            self._healthy_since.pop(instance, None)
            return False
        since = self._healthy_since.setdefault(instance, time.monotonic())
        old = instance in self.replaced or instance in self.kept
        return old or time.monotonic() - since >= account.warm_up_seconds

    def _replace(self) -> bool:
        """Starts and ends as many instances as the healthy percentages allow. Whether it did.

        What is unhealthy goes at once, as the group's own health checks would replace it.
        """
        members = self._members()
        old = [one for one in members if one.instance.id in self.replaced]
        new = [one for one in members if one.instance.id not in self.replaced | self.kept]
        ready = [one for one in members if self._is_ready(one)]
        self._count(sum(one in ready for one in new), len(old))
        blocked = [one for one in old if one.protected_from_scale_in and self._waits]
        desired = self.group.desired_capacity or 0
        if not old and len(ready) >= desired:
            self._succeed()
            return False
        self._explain(blocked, [one for one in members if one not in ready])
        least_healthy, most = bounds(self.preferences, desired)
        missing = desired - (len(members) - len(old)) - len(blocked)
        to_start = min(missing, most - len(members))
        started = to_start > 0 and self._launch(to_start)
        going = [one for one in old if one not in blocked]
        spare = max(len(ready) - least_healthy, 0)
        ending = [one for one in going if one not in ready]
        ending += [one for one in going if one in ready][:spare]
        terminate(self.group, ending)
        return started or bool(ending)

    @property
    def _waits(self) -> bool:
        return self.preferences.get("ScaleInProtectedInstances", "Wait") == "Wait"

    def _count(self, updated: int, left: int) -> None:
        if self.status == ROLLING_BACK:
            self.percentage = 100 * left // max(self._total, 1)
            return
        self.to_update = self._total - min(updated, self._total)
        self.percentage = (
            100 * (self._total - self.to_update) // self._total if self._total else 100
        )

    def _explain(self, blocked: list[Any], not_ready: list[Any]) -> None:
        if self.status == ROLLING_BACK:
            return
        self.reason = None
        for one in not_ready:
            instance = one.instance.id
            state = health_of(self.group, instance)
            if state is None:
                self.reason = f"{WARM}{instance} is warming up."
            elif state == "initial":
                lacking = "has insufficient data to evaluate its health"
                self.reason = f"{AVAILABLE}{instance} {lacking} with Elastic Load Balancing."
            else:
                self.reason = f"{AVAILABLE}{instance} is unhealthy in Elastic Load Balancing."
        for one in blocked:
            remove = "Remove instance scale-in protection to continue."
            self.reason = f"{AVAILABLE}{one.instance.id} is protected. {remove}"

    def _succeed(self) -> None:
        if self.status == ROLLING_BACK:
            self._end("RollbackSuccessful", self.reason)
            return
        if self.configuration is not None:
            self.group._set_launch_configuration("", self.configuration["LaunchTemplate"], None)
        self._end("Successful", None)

    def _launch(self, count: int) -> bool:
        with self._configured():
            return launch(self.group, count)

    @contextmanager
    def _configured(self) -> Generator[None]:
        """Gives the group the desired configuration for a moment; it is the group's own only once
        the refresh has succeeded."""
        own = dict(vars(self.group))
        if self.configuration is not None:
            self.group._set_launch_configuration("", self.configuration["LaunchTemplate"], None)
        try:
            yield
        finally:
            vars(self.group).update({name: own.get(name) for name in CONFIGURATION})

    def described(self) -> dict[str, Any]:
        """As DescribeInstanceRefreshes shows it."""
        shown = {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": self.group.name,
            "Status": self.status,
            "StatusReason": self.reason,
            "StartTime": self.started,
            "EndTime": self.ended,
            "PercentageComplete": self.percentage if self.started else None,
            "InstancesToUpdate": self.to_update,
            "Preferences": self.preferences,
            "DesiredConfiguration": self.configuration,
            "RollbackDetails": self.rollback,
            "Strategy": "Rolling",
        }
        return {name: value for name, value in shown.items() if value is not None}
