"""RDS: the keys of what is encrypted."""

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.kms import key_of
from sandbox.embedded_aws.refusals.rds_known import combination
from sandbox.embedded_aws.refusals.rule import Rules


def check_key(call: Call, key: str) -> None:
    """Raises Refusal if a KMS key is not of the call's region, or cannot be used.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
    """
    if key.removeprefix("alias/").startswith("aws/"):
        return
    elsewhere = key.startswith("arn:") and key.split(":")[3] != call.region
    known = None if elsewhere else key_of(call.account, call.region, key)
    if known is None or known.key_state != "Enabled":
        raise Refusal(
            "KMSKeyNotAccessibleFault",
            f"The specified KMS key [{key}] does not exist in {call.region}, is not enabled or you "
            "do not have permissions to access it.",
        )


def keys_are_of_the_region(call: Call) -> None:
    """Refuses a key without encryption, and a key that the region does not have.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
    """
    key = call.parameters.get("KmsKeyId")
    if key is None:
        return
    check_key(call, key)
    if call.operation != "CreateDBInstanceReadReplica" and not call.parameters.get(
        "StorageEncrypted"
    ):
        raise combination("KmsKeyId: only encrypted storage has a key, set StorageEncrypted")


RULES: Rules = {
    ("rds", operation): (keys_are_of_the_region,)
    for operation in ("CreateDBCluster", "CreateDBInstance", "CreateDBInstanceReadReplica")
}
