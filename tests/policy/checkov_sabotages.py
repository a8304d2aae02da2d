"""Sabotages that turn checkov red, in each kind of stack, in resources and in their relations."""

from dataclasses import dataclass

from tests.sabotage import Edit, Sabotage, allowing, changes, gone, statements


@dataclass(frozen=True)
class CheckovSabotage(Sabotage):
    """red: the check and the resource that must fail."""

    red: tuple[str, str]


def _set(place: str, argument: str, value: object) -> Edit:
    stack, address = place.split("/")
    return changes(stack, address, **{argument: value})


PUBLIC_ACCESS = "bootstrap/aws_s3_bucket_public_access_block.dr_state_public_access"
KEY = "global/aws_kms_key.key"
LISTENER = "primary/aws_lb_listener.https_listener"
INGRESS = "primary/aws_vpc_security_group_ingress_rule.load_balancer_from_anywhere_https"

SABOTAGES = [
    CheckovSabotage(
        "a state's bucket takes public ACLs",
        _set(PUBLIC_ACCESS, "block_public_acls", False),
        ("CKV_AWS_53", PUBLIC_ACCESS),
    ),
    CheckovSabotage(
        "the key is not rotated",
        _set(KEY, "enable_key_rotation", False),
        ("CKV_AWS_7", KEY),
    ),
    CheckovSabotage(
        "the listener takes TLS 1.0",
        _set(LISTENER, "ssl_policy", "ELBSecurityPolicy-2016-08"),
        ("CKV_AWS_103", LISTENER),
    ),
    CheckovSabotage(
        "a security group is open at SSH's port",
        _set(INGRESS, "from_port", 22),
        ("CKV_AWS_24", INGRESS),
    ),
    CheckovSabotage(
        "a policy in JSON allows everything",
        statements("dr", "aws_iam_role_policy.control_policy", allowing("*", "*")),
        ("CKV_AWS_62", "dr/aws_iam_role_policy.control_policy"),
    ),
    CheckovSabotage(
        "one region's network has no flow log and the other's has",
        gone("dr", "aws_flow_log"),
        ("CKV2_AWS_11", "dr/aws_vpc.vpc"),
    ),
    CheckovSabotage(
        "one region's load balancer has no firewall and the other's has",
        gone("primary", "aws_wafv2_web_acl_association"),
        ("CKV2_AWS_28", "primary/aws_lb.load_balancer"),
    ),
    CheckovSabotage(
        "one region's firewall has no log and the other's has",
        gone("dr", "aws_wafv2_web_acl_logging_configuration"),
        ("CKV2_AWS_31", "dr/aws_wafv2_web_acl.firewall"),
    ),
]
