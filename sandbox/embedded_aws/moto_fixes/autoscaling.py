"""Fixes of moto's EC2 Auto Scaling."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random


def keep_default_instance_warmup() -> None:
    """moto drops a group's DefaultInstanceWarmup."""

    def keeping(original: Any) -> Any:
        def and_keep(self: AutoScalingResponse) -> ActionResult:
            result = original(self)
            warmup = self._get_int_param("DefaultInstanceWarmup")
            if warmup is not None:
                group = _group(self)
                group.default_instance_warmup = warmup
            return result

        return and_keep

    AutoScalingResponse.create_auto_scaling_group = keeping(
        AutoScalingResponse.create_auto_scaling_group
    )
    AutoScalingResponse.update_auto_scaling_group = keeping(
        AutoScalingResponse.update_auto_scaling_group
    )


def policies_are_enabled() -> None:
    """moto does not report whether scaling policies are enabled, which clients read as disabled."""
    FakeScalingPolicy.enabled = True


def policies_are_of_one_group() -> None:
    """moto keeps one policy per name and region, regardless of the group."""
    put = AutoScalingBackend.put_scaling_policy

    def put_beside_others(
        self: AutoScalingBackend, *arguments: Any, **options: Any
    ) -> FakeScalingPolicy:
        made = put(self, *arguments, **options)
        del self.policies[made.name]
        self.policies[f"{made.auto_scaling_group_name}/{made.name}"] = made
        return made

    def delete(self: AutoScalingResponse) -> ActionResult:
        group, name = self._get_param("AutoScalingGroupName"), self._get_param("PolicyName")
        self.autoscaling_backend.policies.pop(f"{group}/{name}", None)
        return EmptyResult()

    AutoScalingBackend.put_scaling_policy = put_beside_others
    AutoScalingResponse.delete_policy = delete


def policies_have_no_empty_prediction() -> None:
    """moto returns an empty predictive scaling configuration if a policy has none."""
    init = FakeScalingPolicy.__init__

    def init_without(self: FakeScalingPolicy, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    FakeScalingPolicy.__init__ = init_without


def refresh_instances() -> None:
    """moto has no instance refresh. This one completes at once: a replacement for each old instance
    starts from the group's template before the old one terminates."""

    def start(self: AutoScalingResponse) -> ActionResult:
        group = _group(self)
        old = list(group.instance_states)
        for ending in old:
            group.replace_autoscaling_group_instances(1, group.get_propagated_tags())
            group.instance_states.remove(ending)
            group.ec2_backend.terminate_instances([ending.instance.id])
        self.autoscaling_backend.update_attached_target_groups(group.name)
        refresh = {
            "InstanceRefreshId": str(mock_random.uuid4()),
            "AutoScalingGroupName": group.name,
            "Status": "Successful",
            "PercentageComplete": 100,
            "InstancesToUpdate": 0,
            "StartTime": utcnow(),
            "EndTime": utcnow(),
        }
        group.refreshes = [refresh, *getattr(group, "refreshes", [])]
        return ActionResult(refresh)

    def describe(self: AutoScalingResponse) -> ActionResult:
        return ActionResult({"InstanceRefreshes": getattr(_group(self), "refreshes", [])})

    AutoScalingResponse.start_instance_refresh = start
    AutoScalingResponse.describe_instance_refreshes = describe


def _group(response: AutoScalingResponse) -> FakeAutoScalingGroup:
    name = response._get_param("AutoScalingGroupName")
    (group,) = response.autoscaling_backend.describe_auto_scaling_groups([name])
    return group
