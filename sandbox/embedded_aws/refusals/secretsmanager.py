"""Secrets Manager: secrets and their replicas."""

import re
from typing import Any

from moto.secretsmanager.models import ReplicaSecret, secretsmanager_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.kms import key_of
from sandbox.embedded_aws.refusals.rule import Rules, stricter

NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
# What an ARN ends in, and what Secrets Manager would take for it in a name.
LIKE_AN_ARN = re.compile(r".*-[A-Za-z0-9]{6}")
INVALID, PARAMETER = "InvalidRequestException", "InvalidParameterException"
SHORTEST_WINDOW, LONGEST_WINDOW = 7, 30
MOST_BYTES = 65536


def secret_of(call: Call, name: str = "SecretId") -> Any:
    """moto's secret of the call's region, by name or ARN; None if there is none."""
    secrets: Any = secretsmanager_backends[call.account][call.region].secrets
    given = call.parameters.get(name)
    return secrets[given] if given is not None and given in secrets else None


def names_are_well_formed(call: Call) -> None:
    """Refuses a secret's name of other than 1 to 512 letters, digits and /_+=.@-.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    """
    if not NAME.fullmatch(call.parameters["Name"]):
        raise Refusal(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
            f"following: -/_+=.@!: '{call.parameters['Name']}'",
        )


@stricter(
    "AWS takes such a name, and warns of it: a search by part of an ARN may find another secret. "
    "[Page](https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html)"
)
def names_are_unlike_arns(call: Call) -> None:
    """Refuses a secret's name that ends in a hyphen and six characters, as its ARN does.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
    """
    name = call.parameters["Name"]
    if LIKE_AN_ARN.fullmatch(name):
        raise Refusal(
            "ValidationException", f"Name: '{name}' ends in a hyphen and six characters, as ARNs do"
        )


def names_are_free(call: Call) -> None:
    """Refuses a secret of the name of another one, or of one that is scheduled for deletion.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
    """
    name, secret = call.parameters["Name"], secret_of(call, "Name")
    if secret is None:
        return
    if secret.is_deleted():
        raise Refusal(
            INVALID,
            "You can't create this secret because a secret with this name is already scheduled for "
            f"deletion: {name}",
        )
    if call.parameters.get("ClientRequestToken") not in secret.versions:
        raise Refusal(
            "ResourceExistsException",
            f"The operation failed because the secret {name} already exists.",
        )


def values_fit(call: Call) -> None:
    """Refuses a value of more than 64 KiB, or both as text and as binary.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
    """
    text, binary = (call.parameters.get(f"Secret{kind}") for kind in ("String", "Binary"))
    if text is not None and binary is not None:
        raise Refusal(PARAMETER, "You can't specify both a binary secret value and a string value")
    size = len(binary or b"") or len((text or "").encode())
    if size > MOST_BYTES:
        raise Refusal("ValidationException", f"SecretString: {size} bytes, of at most {MOST_BYTES}")


def keys_are_of_the_region(call: Call) -> None:
    """Refuses a key that the secret's region, or its replica's, does not have.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    asked = call.parameters
    keys = {call.region: asked.get("KmsKeyId")}
    for replica in asked.get("AddReplicaRegions") or ():
        keys[replica["Region"]] = replica.get("KmsKeyId")
    for region, key in keys.items():
        if key is None or key.startswith("alias/aws/"):
            continue
        elsewhere = key.startswith("arn:") and key.split(":")[3] != region
        if elsewhere or key_of(call.account, region, key) is None:
            raise Refusal(
                PARAMETER, f"KmsKeyId: there is no key {key} in {region}, where the secret is"
            )


def replicas_are_elsewhere(call: Call) -> None:
    """Refuses a replica in the secret's own region, and a second one in a region.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
    """
    asked = [one["Region"] for one in call.parameters.get("AddReplicaRegions") or ()]
    there = [one.region for one in getattr(secret_of(call), "replicas", ())]
    for region in asked:
        if region == call.region or (asked + there).count(region) > 1:
            raise Refusal(PARAMETER, f"Invalid replica region: {region}")


def replicas_are_read_only(call: Call) -> None:
    """Refuses changing a replica.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
    """
    secret = secret_of(call)
    if isinstance(secret, ReplicaSecret):
        raise Refusal(
            INVALID,
            "Operation not permitted on a replica secret. Call must be made in primary secret's "
            f"region: {secret.source.region}",
        )


def only_replicas_stop(call: Call) -> None:
    """Refuses to stop the replication to what is no replica.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html
    """
    secret = secret_of(call)
    if secret is not None and not isinstance(secret, ReplicaSecret):
        raise Refusal(INVALID, f"Operation permitted only on a replica secret, not {secret.arn}")


def deletions_can_be_undone(call: Call) -> None:
    """Refuses a recovery window of other than 7 to 30 days, or together with a forced deletion, and
    deleting a secret that has replicas.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """
    days = call.parameters.get("RecoveryWindowInDays")
    forced = call.parameters.get("ForceDeleteWithoutRecovery")
    if days is not None and forced:
        raise Refusal(
            PARAMETER,
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        )
    if days is not None and not SHORTEST_WINDOW <= days <= LONGEST_WINDOW:
        raise Refusal(
            PARAMETER,
            f"The RecoveryWindowInDays value must be between {SHORTEST_WINDOW} and "
            f"{LONGEST_WINDOW} days (inclusive), not {days}.",
        )
    regions = [one.region for one in getattr(secret_of(call), "replicas", ())]
    if regions:
        raise Refusal(
            INVALID,
            f"You can't delete secret {call.parameters['SecretId']} that still has replica regions "
            f"[{', '.join(regions)}]",
        )


def deleted_secrets_stay_as_they_are(call: Call) -> None:
    """Refuses changing, reading or replicating a secret that is scheduled for deletion.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
    """
    secret = secret_of(call)
    if secret is not None and secret.is_deleted():
        raise Refusal(
            INVALID,
            "You can't perform this operation on the secret because it was marked for deletion.",
        )


def passwords_are_random(call: Call) -> None:
    """Refuses a random password without any kind of character, or too short to have each.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
    """
    asked = call.parameters
    kinds = ("Lowercase", "Uppercase", "Numbers", "Punctuation")
    left = [kind for kind in kinds if not asked.get(f"Exclude{kind}")]
    if not left:
        raise Refusal(PARAMETER, "All character types are excluded")
    each = asked.get("RequireEachIncludedType", True)
    length = asked.get("PasswordLength", 32)
    if each and length < len(left):
        raise Refusal(
            PARAMETER, f"PasswordLength: {length}, shorter than its {len(left)} types of characters"
        )


_CHANGES = (deleted_secrets_stay_as_they_are, replicas_are_read_only)
RULES: Rules = {
    ("secretsmanager", "CreateSecret"): (
        names_are_well_formed,
        names_are_unlike_arns,
        names_are_free,
        values_fit,
        keys_are_of_the_region,
        replicas_are_elsewhere,
    ),
    ("secretsmanager", "DeleteSecret"): (replicas_are_read_only, deletions_can_be_undone),
    ("secretsmanager", "GetRandomPassword"): (passwords_are_random,),
    ("secretsmanager", "GetSecretValue"): (deleted_secrets_stay_as_they_are,),
    ("secretsmanager", "PutSecretValue"): (*_CHANGES, values_fit),
    ("secretsmanager", "UpdateSecret"): (*_CHANGES, values_fit, keys_are_of_the_region),
    ("secretsmanager", "PutResourcePolicy"): _CHANGES,
    ("secretsmanager", "TagResource"): _CHANGES,
    ("secretsmanager", "ReplicateSecretToRegions"): (
        *_CHANGES,
        replicas_are_elsewhere,
        keys_are_of_the_region,
    ),
    ("secretsmanager", "RemoveRegionsFromReplication"): (replicas_are_read_only,),
    ("secretsmanager", "StopReplicationToReplica"): (only_replicas_stop,),
}
