"""Whether a role may do what it requests, and how AWS refuses it."""

from collections.abc import Callable

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.calls.models import models
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.needs import needs
from sandbox.embedded_aws.permissions.policies import Decision, verdict
from sandbox.embedded_aws.permissions.principals import AssumedRole, resource_policy

IDENTITY, RESOURCE, SESSION = "identity-based policy", "resource-based policy", "session policy"
# Error code and HTTP status by protocol, and for services with their own, from the common errors in
# their API references. SQS kept its own from before it spoke JSON: its clients get "An error
# occurred (AccessDenied) when calling the SendMessageBatch operation".
OTHERS = ("AccessDenied", 403)
BY_PROTOCOL = {"json": ("AccessDeniedException", 400), "rest-json": ("AccessDeniedException", 403)}
CODES = {
    "ec2": ("UnauthorizedOperation", 403),
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
}


def authorize(call: Call, role: AssumedRole, note: Callable[[Need], None]) -> None:
    """Raises Refusal if the role lacks a permission. `note` receives each one needed."""
    for need in needs(call, role.arn):
        note(need)
        because = refused(need, role, call.account)
        if because is not None:
            code, status = _code(call.service)
            raise Refusal(code, _message(call, role.session, need, because), status=status)


def keep_out(call: Call) -> None:
    """Raises Refusal where a bucket's policy denies this to the account's administrator, who may do
    everything else.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    """
    root = f"arn:aws:iam::{call.account}:root"
    names = frozenset({"*", root, call.account})
    for need in needs(call, root):
        of_bucket = resource_policy(need, call.account) or ()
        if verdict(of_bucket, need, names) is Decision.DENIED:
            because = f"with an explicit deny in a {RESOURCE}"
            code, status = _code(call.service)
            raise Refusal(code, _message(call, root, need, because), status=status)


def _code(service: str) -> tuple[str, int]:
    protocol = models(service)[0].protocol
    return CODES.get(service) or BY_PROTOCOL.get(protocol, OTHERS)


def refused(need: Need, role: AssumedRole, account: str) -> str | None:
    """Why the role may not do this; None if it may.

    Within one account, a policy of either kind must allow it, and none may deny it. A KMS key's
    policy must allow it too, at least by naming the account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    own = verdict(role.policies, need, None)
    if own is Decision.DENIED:
        return f"with an explicit deny in an {IDENTITY}"
    of_resource = resource_policy(need, account) or ()
    granted = verdict(of_resource, need, role.names)
    if granted is Decision.DENIED:
        return f"with an explicit deny in a {RESOURCE}"
    if role.session_policy is not None:
        session = verdict(role.session_policy, need, None)
        if session is not Decision.ALLOWED:
            return f"because no {SESSION} allows the {need.action} action"
    if of_resource and need.action.startswith("kms:") and granted is not Decision.ALLOWED:
        root = frozenset({f"arn:aws:iam::{account}:root", account})
        if verdict(of_resource, need, root) is not Decision.ALLOWED:
            return f"because no {RESOURCE} allows the {need.action} action"
    if Decision.ALLOWED not in (own, granted):
        return f"because no {IDENTITY} allows the {need.action} action"
    return None


def _message(call: Call, user: str, need: Need, because: str) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    resource = f'"{need.resource}"' if call.service == "s3" else need.resource
    on = "" if need.resource == "*" else f" on resource: {resource}"
    said = f"User: {user} is not authorized to perform: {need.action}{on} {because}"
    if call.service == "ec2":
        return f"You are not authorized to perform this operation. {said}"
    return said
