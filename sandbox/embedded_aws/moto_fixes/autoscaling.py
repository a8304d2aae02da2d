"""Fixes of moto's EC2 Auto Scaling."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult


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


def replacements_are_targets() -> None:
    """moto registers what a group launches with its target groups when the group's size changes,
    but not when it replaces a terminated instance:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html"""
    replace = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def replace_and_register(self: FakeAutoScalingGroup, *args: Any, **kwargs: Any) -> None:
        replace(self, *args, **kwargs)
        if self.name in self.autoscaling_backend.autoscaling_groups:  # not while it is created
            self.autoscaling_backend.update_attached_target_groups(self.name)

    FakeAutoScalingGroup.replace_autoscaling_group_instances = replace_and_register


def _group(response: AutoScalingResponse) -> FakeAutoScalingGroup:
    name = response._get_param("AutoScalingGroupName")
    (group,) = response.autoscaling_backend.describe_auto_scaling_groups([name])
    return group
