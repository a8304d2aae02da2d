"""EC2 Auto Scaling: instance refreshes."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from collections.abc import Mapping
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.cloudwatch.models import cloudwatch_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.instances.refreshes import active_refresh
from sandbox.embedded_aws.refusals.autoscaling import groups_exist
from sandbox.embedded_aws.refusals.autoscaling_templates import group_of
from sandbox.embedded_aws.refusals.rule import Rules, part, stricter

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
MOST_SPREAD = 100
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
MOST_ALARMS = 10
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
MOST_RECORDS = 100
# Versions that may be others tomorrow.
MOVING_VERSIONS = ("$Latest", "$Default")


def healthy_percentages_fit(call: Call) -> None:
    """Refuses a maximum healthy percentage without a minimum, or more than 100 above it.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """
    preferences = part(call.parameters, "Preferences")
    least = preferences.get("MinHealthyPercentage")
    most = preferences.get("MaxHealthyPercentage")
    if most is None:
        return
    if least is None:
        raise Refusal(
            "ValidationError",
            "Preferences: MaxHealthyPercentage needs MinHealthyPercentage beside it",
        )
    if most - least > MOST_SPREAD:
        raise Refusal(
            "ValidationError",
            f"Preferences: MaxHealthyPercentage, {most}, must be 0 to {MOST_SPREAD} above "
            f"MinHealthyPercentage, {least}",
        )


def rollbacks_have_somewhere_to_return(call: Call) -> None:
    """Refuses AutoRollback without a desired configuration, and where the group's own has an SSM
    parameter for an image, or $Latest or $Default for a version.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """
    if not part(call.parameters, "Preferences").get("AutoRollback"):
        return
    if not call.parameters.get("DesiredConfiguration"):
        raise Refusal(
            "ValidationError",
            "The AutoRollback parameter cannot be set to true when the DesiredConfiguration "
            "parameter is empty.",
        )
    because = _irreversible(group_of(call))
    if because is not None:
        raise Refusal("ValidationError", f"AutoRollback: {because}")


def _irreversible(group: FakeAutoScalingGroup | None) -> str | None:
    """Why nobody can roll back to a group's configuration; None if one can."""
    if group is None or group.ec2_launch_template is None:
        return None
    if group.launch_template_version in MOVING_VERSIONS:
        return f"the group uses the launch template's version {group.launch_template_version}"
    if str(group.image_id).startswith("resolve:ssm:"):
        return "the group's launch template names an SSM parameter, not an image"
    return None


def alarms_are_few(call: Call) -> None:
    """Refuses more than 10 alarms.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
    """
    if (number := len(_alarms(call.parameters))) > MOST_ALARMS:
        raise Refusal(
            "ValidationError",
            f"AlarmSpecification: {number} alarms, and at most {MOST_ALARMS} are allowed",
        )


@stricter("AWS does not document what an alarm that does not exist does to an instance refresh.")
def alarms_exist(call: Call) -> None:
    """Refuses an alarm that does not exist.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
    """
    known = cloudwatch_backends[call.account][call.region].alarms
    for name in _alarms(call.parameters):
        if name not in known:
            raise Refusal("ValidationError", f"AlarmSpecification: there is no alarm '{name}'")


def _alarms(parameters: Mapping[str, Any]) -> list[str]:
    return part(parameters, "Preferences", "AlarmSpecification").get("Alarms") or []


def refreshes_are_one_at_a_time(call: Call) -> None:
    """Refuses a second instance refresh of a group.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
    """
    group = group_of(call)
    if group is not None and active_refresh(group) is not None:
        raise Refusal(
            "InstanceRefreshInProgress",
            "An Instance Refresh is already in progress and blocks the execution of this Instance "
            "Refresh.",
        )


def refreshes_are_active(call: Call) -> None:
    """Refuses to cancel or roll back where there is no instance refresh in progress.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
    """
    group = group_of(call)
    if group is not None and active_refresh(group) is None:
        raise Refusal(
            "ActiveInstanceRefreshNotFound",
            f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}",
        )


def refreshes_can_be_undone(call: Call) -> None:
    """Refuses to roll back an instance refresh without a desired configuration, or to an SSM
    parameter for an image, or to $Latest or $Default.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html
    """
    group = group_of(call)
    refresh = active_refresh(group) if group is not None else None
    if refresh is None:
        return
    because = _irreversible(group)
    if refresh.configuration is None:
        because = "the instance refresh has no desired configuration"
    if because is not None:
        raise Refusal("IrreversibleInstanceRefresh", f"AutoScalingGroupName: {because}")


def pages_are_short(call: Call) -> None:
    """Refuses more than 100 records in a page, and a token that no page has given.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
    """
    if not 1 <= (records := call.parameters.get("MaxRecords", 1)) <= MOST_RECORDS:
        raise Refusal(
            "ValidationError", f"MaxRecords: {records}, which must be 1 to {MOST_RECORDS}"
        )
    if not call.parameters.get("NextToken", "1").isdecimal():
        raise Refusal("InvalidNextToken", "NextToken: it is of no page")


RULES: Rules = {
    ("autoscaling", "StartInstanceRefresh"): (
        groups_exist,
        healthy_percentages_fit,
        rollbacks_have_somewhere_to_return,
        alarms_are_few,
        alarms_exist,
        refreshes_are_one_at_a_time,
    ),
    ("autoscaling", "CancelInstanceRefresh"): (groups_exist, refreshes_are_active),
    ("autoscaling", "RollbackInstanceRefresh"): (
        groups_exist,
        refreshes_are_active,
        refreshes_can_be_undone,
    ),
    ("autoscaling", "DescribeInstanceRefreshes"): (groups_exist, pages_are_short),
}
