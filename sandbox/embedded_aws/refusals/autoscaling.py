"""EC2 Auto Scaling: groups, their sizes, templates and policies."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

from moto.autoscaling.models import autoscaling_backends
from moto.elbv2.models import elbv2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.autoscaling_templates import (
    ec2_of,
    group_of,
    subnets_of,
    templates_can_be_launched,
    vpcs_of,
)
from sandbox.embedded_aws.refusals.rule import Rules

HEALTH_CHECK_TYPES = {"EC2", "ELB", "VPC_LATTICE", "EBS"}
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html
REQUESTS = "ALBRequestCountPerTarget"


def groups_have_plain_names(call: Call) -> None:
    """Refuses a group name that contains a colon or already exists.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
    """
    name = call.parameters["AutoScalingGroupName"]
    if ":" in name:
        raise Refusal(
            "ValidationError", f"AutoScalingGroupName: the group name '{name}' must not have a ':'"
        )
    if name in autoscaling_backends[call.account][call.region].autoscaling_groups:
        raise Refusal(
            "AlreadyExists",
            "AutoScalingGroupName: AutoScalingGroup by this name already exists - A group with the "
            f"name {name} already exists",
        )


def groups_exist(call: Call) -> None:
    """Refuses a group that does not exist.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
    """
    name = call.parameters["AutoScalingGroupName"]
    if group_of(call) is None:
        raise Refusal(
            "ValidationError",
            f"AutoScalingGroupName: AutoScalingGroup name not found - no group '{name}'",
        )


def sizes_are_in_order(call: Call) -> None:
    """Refuses sizes that violate 0 <= MinSize <= DesiredCapacity <= MaxSize.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
    """
    asked, group = call.parameters, group_of(call)
    least = asked.get("MinSize", group.min_size if group else None)
    most = asked.get("MaxSize", group.max_size if group else None)
    if least is None or most is None:
        return
    if least < 0 or most < least:
        raise Refusal(
            "ValidationError",
            f"MaxSize: max bound, {most}, must be greater than or equal to min bound, {least}, and "
            "neither below 0",
        )
    desired = asked.get("DesiredCapacity")
    if desired is not None and not least <= desired <= most:
        raise Refusal(
            "ValidationError",
            f"DesiredCapacity: desired capacity:{desired} must be between the specified min "
            f"size:{least} and max size:{most}",
        )


def desired_is_within_the_sizes(call: Call) -> None:
    """Refuses a desired capacity below the group's minimum or above its maximum.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
    """
    group, desired = group_of(call), call.parameters["DesiredCapacity"]
    if group is None:
        return
    for bound, name, beyond in (
        (group.max_size, "above max", desired > group.max_size),
        (group.min_size, "below min", desired < group.min_size),
    ):
        if beyond:
            raise Refusal(
                "ValidationError",
                f"DesiredCapacity: new SetDesiredCapacity value {desired} is {name} value {bound} "
                "for the AutoScalingGroup.",
            )


def health_checks_are_known(call: Call) -> None:
    """Refuses unknown health check types, and negative times.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
    """
    kinds = {kind for kind in (call.parameters.get("HealthCheckType") or "").split(",") if kind}
    if not kinds <= HEALTH_CHECK_TYPES:
        raise Refusal(
            "ValidationError",
            f"HealthCheckType: '{','.join(sorted(kinds))}' must be of "
            f"{', '.join(sorted(HEALTH_CHECK_TYPES))}",
        )
    for member in ("HealthCheckGracePeriod", "DefaultCooldown", "DefaultInstanceWarmup"):
        least = -1 if member == "DefaultInstanceWarmup" else 0  # -1 removes the warmup
        if call.parameters.get(member, 0) < least:
            raise Refusal("ValidationError", f"{member}: must not be negative")


def subnets_exist(call: Call) -> None:
    """Refuses subnets that do not exist.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-in-vpc.html
    """
    found = {subnet.id for zone in ec2_of(call).subnets.values() for subnet in zone.values()}
    for subnet in subnets_of(call):
        if subnet not in found:
            raise Refusal(
                "ValidationError",
                f"VPCZoneIdentifier: the subnet ID '{subnet}' does not exist",
            )


def target_groups_exist(call: Call) -> None:
    """Refuses target groups that do not exist, are not for instances, or are in another VPC than
    the group's subnets.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html
    """
    there = elbv2_backends[call.account][call.region].target_groups
    vpcs = vpcs_of(call)
    for arn in call.parameters.get("TargetGroupARNs") or ():
        group = there.get(arn)
        if group is None or group.target_type != "instance":
            raise Refusal(
                "ValidationError",
                "TargetGroupARNs: provided Target Groups may not be valid. Please ensure they exist"
                f" and try again: {arn}",
            )
        if vpcs and group.vpc_id not in vpcs:
            raise Refusal(
                "ValidationError",
                f"TargetGroupARNs: the target group {group.name} is of {group.vpc_id}, and the "
                f"subnets of {', '.join(sorted(vpcs))}",
            )


def full_groups_stay(call: Call) -> None:
    """Refuses deleting a group that has instances, unless forced.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
    """
    group = group_of(call)
    if group is not None and group.instance_states and not call.parameters.get("ForceDelete"):
        raise Refusal(
            "ResourceInUse",
            f"AutoScalingGroupName: you cannot delete an AutoScalingGroup, {group.name}, while "
            "there are instances or pending Spot instance request(s) still in the group.",
        )


def policies_are_whole(call: Call) -> None:
    """Refuses target tracking without a target above 0 or without exactly one metric, or by the
    request count of a target group that is not the group's.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TargetTrackingConfiguration.html
    """
    asked, group = call.parameters, group_of(call)
    if asked.get("PolicyType") != "TargetTrackingScaling":
        return
    config = asked.get("TargetTrackingConfiguration") or {}
    metrics = [one for one in config if one.endswith("MetricSpecification")]
    if len(metrics) != 1 or config.get("TargetValue", 0) <= 0:
        raise Refusal(
            "ValidationError",
            "TargetTrackingConfiguration: one metric specification and a TargetValue above 0 are "
            f"needed, not {', '.join(metrics) or 'none'} and {config.get('TargetValue')}",
        )
    predefined = config.get("PredefinedMetricSpecification") or {}
    if predefined.get("PredefinedMetricType") != REQUESTS:
        return
    attached = [
        arn.partition(":targetgroup/")[2] for arn in (group.target_group_arns if group else ())
    ]
    label = predefined.get("ResourceLabel", "")
    if not any(label.endswith(f"targetgroup/{one}") for one in attached):
        raise Refusal(
            "ValidationError",
            f"ResourceLabel: '{label}' names no target group that the group is attached to",
        )


def metrics_are_of_a_minute(call: Call) -> None:
    """Refuses a granularity other than 1Minute.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
    """
    granularity = call.parameters["Granularity"]
    if granularity != "1Minute":
        raise Refusal("ValidationError", f"Granularity: '{granularity}' must be 1Minute")


OF_A_GROUP = (
    sizes_are_in_order,
    health_checks_are_known,
    subnets_exist,
    target_groups_exist,
    templates_can_be_launched,
)
RULES: Rules = {
    ("autoscaling", "CreateAutoScalingGroup"): (groups_have_plain_names, *OF_A_GROUP),
    ("autoscaling", "UpdateAutoScalingGroup"): (groups_exist, *OF_A_GROUP),
    ("autoscaling", "SetDesiredCapacity"): (groups_exist, desired_is_within_the_sizes),
    ("autoscaling", "DeleteAutoScalingGroup"): (groups_exist, full_groups_stay),
    ("autoscaling", "PutScalingPolicy"): (groups_exist, policies_are_whole),
    ("autoscaling", "EnableMetricsCollection"): (groups_exist, metrics_are_of_a_minute),
}
