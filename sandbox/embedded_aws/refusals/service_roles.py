"""Roles that a service is handed: whether it may assume them."""

import json
from collections.abc import Mapping
from typing import Any, cast

from moto.iam.models import iam_backends

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.refusals.policies import PolicyRequest, lets, service_context


def trouble_with(call: Call, role_arn: str, service: str, source: str) -> str | None:
    """Why a service may not assume a role on behalf of one of its resources, or None if it may.

    source: the resource's ARN, for the trust policy's conditions.
    """
    roles: Mapping[str, Any] = iam_backends[call.account]["aws"].roles
    role = next((one for one in roles.values() if one.arn == role_arn), None)
    if role is None:
        return f"there is no role {role_arn}"
    context = service_context(call.account, source)
    asked = PolicyRequest(service, "sts:AssumeRole", role_arn, context)
    if not lets(_of_everything(role.assume_role_policy_document), asked):
        return f"the role {role_arn} does not trust {service}"
    return None


def _of_everything(trust: str) -> str:
    """A trust policy with the Resource element that other policies have."""
    document: Any = json.loads(trust)
    given: Any = document["Statement"]
    statements = cast("list[Any]", given if isinstance(given, list) else [given])
    return json.dumps({**document, "Statement": [{**one, "Resource": "*"} for one in statements]})
