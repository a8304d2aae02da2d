"""EC2: security groups and launch templates."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.elbv2.models import elbv2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules, stricter

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
CHARACTERS = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
TEXT = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
TEMPLATE_NAME = re.compile(r"[a-zA-Z0-9().\-/_]{3,128}")
# Bytes before encoding: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
LONGEST_USER_DATA = 16384
PORTS = range(65536)
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
ONLY_WARNED_OF = (
    "AWS accepts such a template with a Warning in its answer, but cannot launch instances from it."
)
# gp3, in GiB and IOPS: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
GP3_SIZES, GP3_IOPS = range(1, 65537), range(3000, 80001)


def groups_have_plain_names(call: Call) -> None:
    """Refuses a security group name or description longer than 255 characters or with invalid
    characters, and a name that starts with sg-.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    name = call.parameters["GroupName"]
    if not TEXT.fullmatch(name) or not name or name.lower().startswith("sg-"):
        raise Refusal(
            "InvalidParameterValue",
            f"Value ({name}) for parameter GroupName is invalid. Character sets beyond "
            f"{CHARACTERS} are not supported, and names do not begin with sg-.",
        )
    description = call.parameters["Description"]
    if not TEXT.fullmatch(description):
        raise Refusal(
            "InvalidParameterValue",
            f"Value ({description}) for parameter GroupDescription is invalid. Valid descriptions "
            f"are strings less than 256 characters from the following set: {CHARACTERS}",
        )


def rules_have_plain_descriptions(call: Call) -> None:
    """Refuses a rule description longer than 255 characters or with invalid characters.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
    """
    for description in _descriptions(call.parameters):
        if not TEXT.fullmatch(description):
            raise Refusal(
                "InvalidParameterValue",
                f"Description: invalid rule description '{description}'. Valid descriptions are "
                f"strings less than 256 characters from the following set: {CHARACTERS}",
            )


def _descriptions(parameters: Any) -> Iterator[str]:
    for permission in parameters.get("IpPermissions") or ():
        for side in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"):
            for one in permission.get(side) or ():
                yield one.get("Description", "")
    for update in parameters.get("SecurityGroupRules") or ():
        yield (update.get("SecurityGroupRule") or {}).get("Description", "")


def rules_have_ports(call: Call) -> None:
    """Refuses TCP or UDP ports outside 0 to 65535, and ranges whose first port is above the last.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    for permission in call.parameters.get("IpPermissions") or ():
        if permission.get("IpProtocol") not in {"tcp", "udp", "6", "17"}:
            continue
        ports = permission.get("FromPort"), permission.get("ToPort")
        if None in ports or not all(port in PORTS for port in ports) or ports[0] > ports[1]:
            raise Refusal(
                "InvalidParameterValue",
                f"FromPort, ToPort: invalid value '{ports[0]}-{ports[1]}' for portRange. "
                "Must be from 0 to 65535, the first not above the last",
            )


def sides_are_of_the_vpc(call: Call) -> None:
    """Refuses a rule that refers to a security group of another VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    group = _ec2(call).get_security_group_from_id(call.parameters.get("GroupId", ""))
    for permission in call.parameters.get("IpPermissions") or ():
        for pair in permission.get("UserIdGroupPairs") or ():
            other = _ec2(call).get_security_group_from_id(pair.get("GroupId", ""))
            if group is not None and other is not None and other.vpc_id != group.vpc_id:
                raise Refusal(
                    "InvalidGroup.NotFound",
                    f"UserIdGroupPairs: you have specified two resources that belong to different "
                    f"networks: {other.id} is of {other.vpc_id}, {group.id} of {group.vpc_id}",
                )


def used_groups_stay(call: Call) -> None:
    """Refuses deleting a security group that an instance, a load balancer or another group's rule
    uses, or a VPC's default one.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    ec2, group_id = _ec2(call), call.parameters.get("GroupId", "")
    group = ec2.get_security_group_from_id(group_id)
    if group is None:
        return
    if group.name == "default":
        raise Refusal(
            "CannotDelete",
            f"GroupId: the specified group '{group_id}' name: \"default\" cannot be deleted by a "
            "user",
        )
    if any(_names(other, group_id) for groups in ec2.groups.values() for other in groups.values()):
        raise Refusal("DependencyViolation", f"GroupId: resource {group_id} has a dependent object")
    for interface in ec2.get_all_network_interfaces():
        if group_id in {one.id for one in interface.group_set}:
            raise Refusal(
                "DependencyViolation",
                f"GroupId: resource {group_id} has a dependent object, {interface.id}",
            )
    for balancer in elbv2_backends[call.account][call.region].load_balancers.values():
        if group_id in (balancer.security_groups or ()):
            raise Refusal(
                "DependencyViolation",
                f"GroupId: resource {group_id} has a dependent object, {balancer.name}",
            )


def _names(other: Any, group_id: str) -> bool:
    rules = [*other.ingress_rules, *other.egress_rules]
    return other.id != group_id and any(
        rule.source_group and rule.source_group.get("GroupId") == group_id for rule in rules
    )


def templates_have_plain_names(call: Call) -> None:
    """Refuses a launch template name that is not 3 to 128 letters, digits and ( ) . - / _.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
    """
    name = call.parameters["LaunchTemplateName"]
    if not TEMPLATE_NAME.fullmatch(name):
        raise Refusal(
            "InvalidLaunchTemplateName.MalformedException",
            f"LaunchTemplateName: '{name}' must have 3 to 128 letters, digits and ( ) . - / _",
        )


def user_data_fits(call: Call) -> None:
    """Refuses user data that is not Base64, or is longer than 16,384 bytes before encoding.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
    """
    data = call.parameters.get("LaunchTemplateData") or call.parameters
    encoded = data.get("UserData")
    if encoded is None:
        return
    try:
        plain = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(
            "InvalidUserData.Malformed", "UserData: invalid BASE64 encoding of user data"
        ) from None
    if len(plain) > LONGEST_USER_DATA:
        starts = call.operation == "RunInstances"
        raise Refusal(
            "InvalidParameterValue" if starts else "InvalidUserData.Malformed",
            f"UserData: user data is limited to {LONGEST_USER_DATA} bytes, and has {len(plain)}",
        )


@stricter(ONLY_WARNED_OF)
def templates_agree_with_themselves(call: Call) -> None:
    """Refuses security groups both on the instance and on its network interfaces.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestLaunchTemplateData.html
    """
    data = call.parameters["LaunchTemplateData"]
    both = data.get("NetworkInterfaces") and (
        data.get("SecurityGroupIds") or data.get("SecurityGroups")
    )
    if both:
        raise Refusal(
            "InvalidParameterCombination",
            "LaunchTemplateData.SecurityGroupIds: network interfaces and instance-level security "
            "groups may not be specified on the same request",
        )


@stricter(ONLY_WARNED_OF)
def volumes_are_possible(call: Call) -> None:
    """Refuses a gp3 volume with a size outside 1 to 65,536 GiB or IOPS outside 3,000 to 80,000.

    https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
    """
    for mapping in call.parameters["LaunchTemplateData"].get("BlockDeviceMappings") or ():
        volume = mapping.get("Ebs") or {}
        if volume.get("VolumeType") != "gp3":
            continue
        for member, allowed in (("VolumeSize", GP3_SIZES), ("Iops", GP3_IOPS)):
            if member in volume and volume[member] not in allowed:
                raise Refusal(
                    "InvalidParameterValue",
                    f"Ebs.{member}: {volume[member]} of a gp3 volume must be {allowed[0]} to "
                    f"{allowed[-1]}",
                )


def _ec2(call: Call) -> EC2Backend:
    return ec2_backends[call.account][call.region]


OF_A_RULE = (rules_have_plain_descriptions, rules_have_ports, sides_are_of_the_vpc)
OF_A_TEMPLATE = (user_data_fits, templates_agree_with_themselves, volumes_are_possible)
RULES: Rules = {
    ("ec2", "CreateSecurityGroup"): (groups_have_plain_names,),
    ("ec2", "AuthorizeSecurityGroupIngress"): OF_A_RULE,
    ("ec2", "AuthorizeSecurityGroupEgress"): OF_A_RULE,
    ("ec2", "ModifySecurityGroupRules"): (rules_have_plain_descriptions,),
    ("ec2", "UpdateSecurityGroupRuleDescriptionsIngress"): (rules_have_plain_descriptions,),
    ("ec2", "UpdateSecurityGroupRuleDescriptionsEgress"): (rules_have_plain_descriptions,),
    ("ec2", "DeleteSecurityGroup"): (used_groups_stay,),
    ("ec2", "CreateLaunchTemplate"): (templates_have_plain_names, *OF_A_TEMPLATE),
    ("ec2", "CreateLaunchTemplateVersion"): OF_A_TEMPLATE,
    ("ec2", "RunInstances"): (user_data_fits,),
}
