"""IAM: roles and their policies."""

import re
from typing import Any

from moto.iam.models import iam_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.rule import NO_SUCH_NAME, Rules, stricter

MOST_MANAGED_POLICIES = 10


def _iam(call: Call) -> Any:
    return iam_backends[call.account]["aws"]


def trust_policies_are_taken(call: Call) -> None:
    """Refuses an invalid trust policy of a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    for member in ("AssumeRolePolicyDocument", "PolicyDocument"):
        if member in call.parameters:
            policies.check(policies.TRUST, member, call.parameters[member], call.account)


@stricter(NO_SUCH_NAME)
def inline_policies_are_taken(call: Call) -> None:
    """Refuses an inline role policy that is invalid, or that refers to something that does not
    exist.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    document = call.parameters["PolicyDocument"]
    policies.check(policies.INLINE, "PolicyDocument", document, call.account)


@stricter(NO_SUCH_NAME)
def managed_policies_are_taken(call: Call) -> None:
    """Refuses a managed policy that is invalid, or that refers to something that does not exist.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    document = call.parameters["PolicyDocument"]
    policies.check(policies.MANAGED, "PolicyDocument", document, call.account)


def inline_policies_fit_together(call: Call) -> None:
    """Refuses an inline policy that brings a role's inline policies to more than 10,240 characters,
    not counting whitespace.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    name, most = call.parameters["RoleName"], policies.INLINE.most
    role = next((one for one in _iam(call).roles.values() if one.name == name), None)
    if role is None:
        return  # moto refuses it
    texts = {**role.policies, call.parameters["PolicyName"]: call.parameters["PolicyDocument"]}
    size = sum(len(re.sub(r"\s", "", text)) for text in texts.values())
    if size > most:
        raise Refusal(
            "LimitExceeded",
            f"PolicyDocument: the inline policies of role {name} have {size:,} characters "
            f"together, of at most {most:,}",
            status=409,
        )


def role_names_differ_in_more_than_case(call: Call) -> None:
    """Refuses a role name that differs from an existing one only in case.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    name = call.parameters["RoleName"]
    for role in _iam(call).roles.values():
        if role.name.lower() == name.lower():
            raise Refusal(
                "EntityAlreadyExists",
                f"RoleName: {name} exists as {role.name}, and case does not tell names apart",
                status=409,
            )


def roles_have_few_managed_policies(call: Call) -> None:
    """Refuses an eleventh managed policy on a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    name, arn = call.parameters["RoleName"], call.parameters["PolicyArn"]
    for role in _iam(call).roles.values():
        attached: set[str] = {*role.managed_policies} if role.name == name else set()
        if len(attached | {arn}) > MOST_MANAGED_POLICIES:
            raise Refusal(
                "LimitExceeded",
                f"PolicyArn: role {name} has {len(attached)} managed policies, of at most "
                f"{MOST_MANAGED_POLICIES}",
                status=409,
            )


RULES: Rules = {
    ("iam", "CreateRole"): (trust_policies_are_taken, role_names_differ_in_more_than_case),
    ("iam", "UpdateAssumeRolePolicy"): (trust_policies_are_taken,),
    ("iam", "PutRolePolicy"): (inline_policies_are_taken, inline_policies_fit_together),
    ("iam", "CreatePolicy"): (managed_policies_are_taken,),
    ("iam", "CreatePolicyVersion"): (managed_policies_are_taken,),
    ("iam", "AttachRolePolicy"): (roles_have_few_managed_policies,),
}
