"""Instance refreshes, which moto lacks."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

from collections.abc import Mapping
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from sandbox.embedded_aws.instances.refresh import InstanceRefresh
from sandbox.embedded_aws.instances.refreshes import active_refresh, refreshes_of

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
PAGE = 50
# What a refresh does here whatever these say.
NOT_SIMULATED = ("BakeTime", "CheckpointDelay", "CheckpointPercentages", "SkipMatching")
DEFAULTS = {
    "MinHealthyPercentage": 90,
    "SkipMatching": False,
    "AutoRollback": False,
    "ScaleInProtectedInstances": "Wait",
    "StandbyInstances": "Wait",
}


def refresh_instances() -> None:
    """moto has no instance refresh. This one replaces instances in batches, and goes on between
    requests (`instances/`)."""

    def start(self: AutoScalingResponse) -> ActionResult:
        group = _group(self)
        preferences = {**DEFAULTS, **(self._get_param("Preferences") or {})}
        configuration = self._get_param("DesiredConfiguration") or None
        _check(self, preferences, configuration)
        kept = {
            state.instance.id
            for state in group.active_instances()
            if state.protected_from_scale_in
            and preferences["ScaleInProtectedInstances"] == "Ignore"
        }
        replaced = {state.instance.id for state in group.active_instances()} - kept
        refresh = InstanceRefresh(group, preferences, configuration, replaced, kept)
        refreshes_of(group).insert(0, refresh)
        return _answer(refresh)

    def cancel(self: AutoScalingResponse) -> ActionResult:
        refresh = _active(self)
        refresh.cancel()
        return _answer(refresh)

    def roll_back(self: AutoScalingResponse) -> ActionResult:
        refresh = _active(self)
        refresh.roll_back("Rollback triggered due to user request.")
        return _answer(refresh)

    def describe(self: AutoScalingResponse) -> ActionResult:
        found = refreshes_of(_group(self))
        if ids := self._get_param("InstanceRefreshIds"):
            found = [refresh for refresh in found if refresh.id in ids]
        start = int(self._get_param("NextToken") or 0)
        end = start + self._get_int_param("MaxRecords", PAGE)
        shown = [refresh.described() for refresh in found[start:end]]
        more = {"NextToken": str(end)} if end < len(found) else {}
        return ActionResult({"InstanceRefreshes": shown, **more})

    AutoScalingResponse.start_instance_refresh = start
    AutoScalingResponse.cancel_instance_refresh = cancel
    AutoScalingResponse.rollback_instance_refresh = roll_back
    AutoScalingResponse.describe_instance_refreshes = describe


def _check(
    response: AutoScalingResponse,
    preferences: Mapping[str, Any],
    configuration: Mapping[str, Any] | None,
) -> None:
    """Raises NotImplementedError for what AWS does and this does not."""
    if response._get_param("Strategy") not in (None, "Rolling"):
        raise NotImplementedError("a strategy other than Rolling")
    for name in NOT_SIMULATED:
        if preferences.get(name):
            raise NotImplementedError(f"Preferences.{name}")
    if configuration is not None and "LaunchTemplate" not in configuration:
        raise NotImplementedError("a DesiredConfiguration without LaunchTemplate")
    standby = any(one.lifecycle_state == "Standby" for one in _group(response).instance_states)
    if standby and preferences["StandbyInstances"] != "Ignore":
        raise NotImplementedError("a group with instances in standby")


def _answer(refresh: InstanceRefresh) -> ActionResult:
    return ActionResult({"InstanceRefreshId": refresh.id})


def _active(response: AutoScalingResponse) -> InstanceRefresh:
    """The refusals have made sure that there is one."""
    refresh = active_refresh(_group(response))
    if refresh is None:
        raise ValueError("no active instance refresh")
    return refresh


def _group(response: AutoScalingResponse) -> FakeAutoScalingGroup:
    name = response._get_param("AutoScalingGroupName")
    return response.autoscaling_backend.autoscaling_groups[name]
