"""RDS: the keys of what is encrypted."""

from typing import Any

from moto.rds.models import rds_backends
from moto.rds.utils import split_arn

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


def copies_have_keys(call: Call) -> None:
    """Refuses copying a snapshot that does not exist, and an encrypted one from another region
    without a key of the call's region.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html
    """
    name: str = call.parameters["SourceDBClusterSnapshotIdentifier"]
    region = name.split(":")[3] if name.startswith("arn:") else call.region
    there: Any = rds_backends[call.account][region].cluster_snapshots
    snapshot = there.get(split_arn(name)[3] if name.startswith("arn:") else name)
    if snapshot is None:
        raise Refusal("DBClusterSnapshotNotFoundFault", f"{name} not found in {region}", status=404)
    key = call.parameters.get("KmsKeyId")
    if key is not None:
        check_key(call, key)
    elif snapshot.encrypted and region != call.region:
        raise combination(f"KmsKeyId: the encrypted copy of {name} takes a key of {call.region}")


RULES: Rules = {
    **{
        ("rds", operation): (keys_are_of_the_region,)
        for operation in ("CreateDBCluster", "CreateDBInstance", "CreateDBInstanceReadReplica")
    },
    ("rds", "CopyDBClusterSnapshot"): (copies_have_keys,),
}
