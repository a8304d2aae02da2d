"""KMS: keys, their policies and aliases."""

from datetime import datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.sts.models import sts_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.policies.principals import named
from sandbox.embedded_aws.refusals.rule import Rules

SHORTEST_WINDOW, LONGEST_WINDOW = 7, 30
MOST_ALIASES = 50


def key_of(account: str, region: str, key_id: str) -> Any:
    """moto's key by ID, ARN or alias; None if there is none."""
    backend: Any = kms_backends[account][region]
    if ":key/" in key_id:
        key_id = key_id.rpartition(":key/")[2]
    elif "alias/" in key_id:
        alias = "alias/" + key_id.partition("alias/")[2]
        key_id = next((key.id for key in backend.keys.values() if alias in key.aliases), alias)
    return backend.keys.get(key_id)


def key_policies_are_taken(call: Call) -> None:
    """Refuses an invalid key policy.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    if (text := call.parameters.get("Policy")) is None:
        return
    statements = policies.check(policies.KEY, "Policy", text, call.account)
    if not call.parameters.get("BypassPolicyLockoutSafetyCheck"):
        _check_lockout(call, statements)


def _check_lockout(call: Call, statements: tuple[policies.Statement, ...]) -> None:
    """Refuses a key policy that would not let the caller change it again.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    here = f"arn:aws:iam::{call.account}:root"
    mine = {("AWS", name) for name in ("*", call.account, here, *_names(call))}
    deciding = [
        one
        for one in statements
        if not one.conditions
        and mine.isdisjoint(named(one)) == one.not_principal
        and _acts(one, "kms:PutKeyPolicy")
    ]
    if not deciding or not all(one.allows for one in deciding):
        raise Refusal(
            policies.KEY.code,
            "Policy: The new key policy will not allow you to update the key policy in the future: "
            f"a statement without Condition must allow {here} kms:PutKeyPolicy, and none deny it",
        )


def _acts(statement: policies.Statement, action: str) -> bool:
    matches = any(policies.like(one.lower(), action.lower()) for one in statement.actions)
    return matches != statement.not_actions


def _names(call: Call) -> list[str]:
    """The ARNs of the caller."""
    sts: Any = sts_backends[call.account]["aws"]
    iam: Any = iam_backends[call.account]["aws"]
    roles = [one.role_arn for one in sts.assumed_roles if one.access_key_id == call.access_key]
    users = [
        user.arn
        for user in iam.users.values()
        if any(key.access_key_id == call.access_key for key in user.access_keys)
    ]
    return roles + users


def deletion_waits(call: Call) -> None:
    """Refuses a deletion waiting period of fewer than 7 or more than 30 days.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
    """
    days = call.parameters.get("PendingWindowInDays", LONGEST_WINDOW)
    if not SHORTEST_WINDOW <= days <= LONGEST_WINDOW:
        raise Refusal(
            "ValidationException",
            f"PendingWindowInDays: {days}, not {SHORTEST_WINDOW} to {LONGEST_WINDOW}",
        )


def keys_that_are_being_deleted_stay_as_they_are(call: Call) -> None:
    """Refuses changing or using a key that is pending deletion.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    key_id = call.parameters.get("KeyId") or call.parameters.get("TargetKeyId") or ""
    key = key_of(call.account, call.region, key_id)
    if key is not None and key.key_state == "PendingDeletion":
        raise Refusal(
            "KMSInvalidStateException",
            f"KeyId: {key.arn} is pending deletion{_until(key.deletion_date)}",
        )


def _until(date: datetime | None) -> str:
    return f" on {date:%Y-%m-%d}" if date else ""


def aliases_are_ones_own(call: Call) -> None:
    """Refuses an alias that starts with alias/aws/, which is reserved for AWS.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
    """
    name = call.parameters["AliasName"]
    if not name.startswith("alias/") or name == "alias/":
        raise Refusal("ValidationException", f"AliasName: {name!r} does not begin with alias/")
    if name.startswith("alias/aws/"):
        raise Refusal("NotAuthorizedException", f"AliasName: {name!r}: alias/aws/ is AWS's own")


def keys_have_few_aliases(call: Call) -> None:
    """Refuses a 51st alias of a key.

    https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
    """
    key = key_of(call.account, call.region, call.parameters["TargetKeyId"])
    if key is not None and len(set(key.aliases) | {call.parameters["AliasName"]}) > MOST_ALIASES:
        raise Refusal(
            "LimitExceededException",
            f"TargetKeyId: {key.arn} has {len(key.aliases)} aliases, of at most {MOST_ALIASES}",
        )


def aliases_are_of_keys_that_exist(call: Call) -> None:
    """Refuses an alias of a key that does not exist, or of another alias.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
    """
    target = call.parameters["TargetKeyId"]
    if "alias/" in target:
        raise Refusal("ValidationException", f"TargetKeyId: {target!r} is an alias, not a key")
    if key_of(call.account, call.region, target) is None:
        raise Refusal("NotFoundException", f"TargetKeyId: there is no key {target!r} here")


_UNCHANGED = (keys_that_are_being_deleted_stay_as_they_are,)
_ALIAS = (
    aliases_are_ones_own,
    aliases_are_of_keys_that_exist,
    keys_have_few_aliases,
    *_UNCHANGED,
)
RULES: Rules = {
    ("kms", "CreateKey"): (key_policies_are_taken,),
    ("kms", "ReplicateKey"): (key_policies_are_taken, *_UNCHANGED),
    ("kms", "PutKeyPolicy"): (key_policies_are_taken, *_UNCHANGED),
    ("kms", "ScheduleKeyDeletion"): (deletion_waits, *_UNCHANGED),
    ("kms", "CreateAlias"): _ALIAS,
    ("kms", "UpdateAlias"): _ALIAS,
    **{
        ("kms", operation): _UNCHANGED
        for operation in (
            "CreateGrant",
            "Decrypt",
            "DisableKey",
            "EnableKey",
            "EnableKeyRotation",
            "Encrypt",
            "GenerateDataKey",
            "UpdateKeyDescription",
        )
    },
}
