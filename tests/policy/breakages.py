"""What turns checkov red: one thing in each kind of stack, in resources and in their relations."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Stacks = dict[str, Any]


@dataclass(frozen=True)
class Breakage:
    """what: for the test's name. red: the check and the resource that must turn red."""

    what: str
    apply: Callable[[Stacks], object]
    red: tuple[str, str]


def _resource(stacks: Stacks, place: str) -> Any:
    stack, address = place.split("/")
    kind, name = address.split(".")
    return stacks[stack]["resource"][kind][name]


def _set(place: str, argument: str, value: object) -> Callable[[Stacks], object]:
    return lambda stacks: _resource(stacks, place).update({argument: value})


def _remove(stack: str, kind: str) -> Callable[[Stacks], object]:
    return lambda stacks: stacks[stack]["resource"].pop(kind)


def _allow_everything(stacks: Stacks) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    _resource(stacks, "dr/aws_iam_role_policy.control_policy")["policy"] = document


PUBLIC_ACCESS = "bootstrap/aws_s3_bucket_public_access_block.dr_state_public_access"
KEY = "global/aws_kms_key.key"
LISTENER = "primary/aws_lb_listener.https_listener"
INGRESS = "primary/aws_vpc_security_group_ingress_rule.load_balancer_from_anywhere_https"

BREAKAGES = [
    Breakage(
        "a state's bucket takes public ACLs",
        _set(PUBLIC_ACCESS, "block_public_acls", False),
        ("CKV_AWS_53", PUBLIC_ACCESS),
    ),
    Breakage(
        "the key is not rotated",
        _set(KEY, "enable_key_rotation", False),
        ("CKV_AWS_7", KEY),
    ),
    Breakage(
        "the listener takes TLS 1.0",
        _set(LISTENER, "ssl_policy", "ELBSecurityPolicy-2016-08"),
        ("CKV_AWS_103", LISTENER),
    ),
    Breakage(
        "a security group is open at SSH's port",
        _set(INGRESS, "from_port", 22),
        ("CKV_AWS_24", INGRESS),
    ),
    Breakage(
        "a policy in JSON allows everything",
        _allow_everything,
        ("CKV_AWS_62", "dr/aws_iam_role_policy.control_policy"),
    ),
    Breakage(
        "one region's network has no flow log and the other's has",
        _remove("dr", "aws_flow_log"),
        ("CKV2_AWS_11", "dr/aws_vpc.vpc"),
    ),
    Breakage(
        "one region's load balancer has no firewall and the other's has",
        _remove("primary", "aws_wafv2_web_acl_association"),
        ("CKV2_AWS_28", "primary/aws_lb.load_balancer"),
    ),
    Breakage(
        "one region's firewall has no log and the other's has",
        _remove("dr", "aws_wafv2_web_acl_logging_configuration"),
        ("CKV2_AWS_31", "dr/aws_wafv2_web_acl.firewall"),
    ),
]
