"""EC2 Auto Scaling: whether a group can launch instances from its template."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.ec2.models import EC2Backend, ec2_backends
from moto.iam.models import iam_backends

from sandbox.embedded_aws.calls import Call, Refusal

PARTITION = "aws"


def templates_can_be_launched(call: Call) -> None:
    """Refuses a launch template that does not exist, has no image or instance type, has an instance
    profile that does not exist, or has security groups of another VPC than the group's subnets.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-launch-template.html
    """
    asked = call.parameters.get("LaunchTemplate")
    if asked is None:
        return
    version = _version(call, asked)
    if version is None:
        raise _unusable(
            "LaunchTemplate",
            f"{asked.get('LaunchTemplateId') or asked.get('LaunchTemplateName')}, version "
            f"{asked.get('Version', '$Default')}, does not exist",
        )
    data: dict[str, Any] = version.data
    for member in ("ImageId", "InstanceType"):
        if not data.get(member):
            raise _unusable(member, "the template must have it")
    _check_profile(call, data.get("IamInstanceProfile") or {})
    _check_security_groups(call, data)


def _check_profile(call: Call, profile: dict[str, str]) -> None:
    names = {one.name for one in iam_backends[call.account][PARTITION].instance_profiles.values()}
    arn = profile.get("Arn")
    name = profile.get("Name") or (arn and arn.rpartition("/")[2])
    if name and name not in names:
        raise _unusable(
            f"iamInstanceProfile.{'arn' if arn else 'name'}",
            f"value ({arn or name}) is invalid: there is no such instance profile",
        )


def _check_security_groups(call: Call, data: dict[str, Any]) -> None:
    ids = [*(data.get("SecurityGroupIds") or ())]
    for interface in data.get("NetworkInterfaces") or ():
        ids += interface.get("Groups") or interface.get("SecurityGroupId") or ()
    ec2 = ec2_of(call)
    vpcs = vpcs_of(call)
    for group_id in ids:
        group = ec2.get_security_group_from_id(group_id)
        if group is None:
            raise _unusable("SecurityGroupIds", f"the security group '{group_id}' does not exist")
        if vpcs and group.vpc_id not in vpcs:
            raise _unusable(
                "SecurityGroupIds",
                f"security group {group_id} and the group's subnets belong to different networks",
            )


def _unusable(where: str, why: str) -> Refusal:
    return Refusal(
        "ValidationError",
        f"You must use a valid fully-formed launch template. {where}: {why}",
    )


def _version(call: Call, asked: dict[str, str]) -> Any:
    templates = ec2_of(call).launch_templates.values()
    wanted = asked.get("LaunchTemplateId"), asked.get("LaunchTemplateName")
    for template in templates:
        if template.id == wanted[0] or template.name == wanted[1]:
            version = asked.get("Version", "$Default")
            numbers = {str(one.number): one for one in template.versions}
            numbers["$Default"] = template.default_version()
            numbers["$Latest"] = template.latest_version()
            return numbers.get(version)
    return None


def group_of(call: Call) -> FakeAutoScalingGroup | None:
    """The group that a call names, if it exists."""
    groups = autoscaling_backends[call.account][call.region].autoscaling_groups
    return groups.get(call.parameters["AutoScalingGroupName"])


def subnets_of(call: Call) -> list[str]:
    """The IDs of the group's subnets after the call."""
    group = group_of(call)
    listed = call.parameters.get("VPCZoneIdentifier") or (group and group.vpc_zone_identifier) or ""
    return [subnet for subnet in listed.replace(" ", "").split(",") if subnet]


def vpcs_of(call: Call) -> set[str]:
    """The IDs of those subnets' VPCs."""
    wanted = set(subnets_of(call))
    return {
        subnet.vpc_id
        for zone in ec2_of(call).subnets.values()
        for subnet in zone.values()
        if subnet.id in wanted
    }


def ec2_of(call: Call) -> EC2Backend:
    """moto's EC2 backend for the call's region."""
    return ec2_backends[call.account][call.region]
