"""What RDS's and Secrets Manager's operations need besides their own actions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from moto.backends import get_backend

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.resources import resources
from sandbox.embedded_aws.permissions.service_roles import pass_role, service_linked_role

Companions = Iterator[Need]

REPLICATE = "secretsmanager:ReplicateSecretToRegions"


def _new_database(call: Call) -> Companions:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
    """
    yield service_linked_role(call, "rds.amazonaws.com", "AWSServiceRoleForRDS")
    for name in ("KmsKeyId", "PerformanceInsightsKMSKeyId"):
        if name in call.parameters:
            yield from _uses_key(call, call.parameters[name], "CreateGrant", "DescribeKey")
    yield from _monitoring_role(call)


def _monitoring_role(call: Call) -> Companions:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html"""
    if "MonitoringRoleArn" in call.parameters:
        yield pass_role(call.parameters["MonitoringRoleArn"], "monitoring.rds.amazonaws.com")


def _copied_snapshot(call: Call) -> Companions:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html"""
    if "KmsKeyId" in call.parameters:
        yield from _uses_key(call, call.parameters["KmsKeyId"], "CreateGrant", "DescribeKey")


def _uses_key(call: Call, key: str, *actions: str, region: str | None = None) -> Companions:
    """Using a customer's key; an AWS managed one needs no permission of the caller's."""
    if not key.removeprefix("alias/").startswith("aws/"):
        of_key = replace(call, service="kms", region=region or call.region, operation="DescribeKey")
        of_key = replace(of_key, parameters={"KeyId": key})
        for name in actions:
            for resource in resources(of_key, f"kms:{name}"):
                yield Need(f"kms:{name}", resource)


def _new_secret(call: Call) -> Companions:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""
    if "KmsKeyId" in call.parameters:
        yield from _uses_key(call, call.parameters["KmsKeyId"], "GenerateDataKey", "Decrypt")
    if call.parameters.get("AddReplicaRegions"):
        for resource in resources(call, REPLICATE):
            yield Need(REPLICATE, resource)
    yield from _replicas_keys(call)


def _replicated_secret(call: Call) -> Companions:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html"""
    yield from _secrets_key("Decrypt")(call)
    yield from _replicas_keys(call)


def _replicas_keys(call: Call) -> Companions:
    for one in call.parameters.get("AddReplicaRegions") or ():
        if "KmsKeyId" in one:
            uses = ("GenerateDataKey", "Encrypt")
            yield from _uses_key(call, one["KmsKeyId"], *uses, region=one["Region"])


def _secrets_key(*actions: str) -> Callable[[Call], Companions]:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"""

    def needed(call: Call) -> Companions:
        secrets: Any = get_backend("secretsmanager")[call.account][call.region].secrets
        secret: Any = secrets.get(call.parameters["SecretId"])
        replicated = hasattr(secret, "source")
        key = secret.config["KmsKeyId"] if replicated else getattr(secret, "kms_key_id", None)
        if key is not None:
            yield from _uses_key(call, key, *actions)

    return needed


OF_DATABASES: dict[tuple[str, str], Callable[[Call], Companions]] = {
    ("rds", "CopyDBClusterSnapshot"): _copied_snapshot,
    ("rds", "CreateDBCluster"): _new_database,
    ("rds", "CreateDBInstance"): _new_database,
    ("rds", "CreateDBInstanceReadReplica"): _new_database,
    ("rds", "CreateDBSubnetGroup"): _new_database,
    ("rds", "CreateGlobalCluster"): _new_database,
    ("rds", "ModifyDBInstance"): _monitoring_role,
    ("secretsmanager", "CreateSecret"): _new_secret,
    ("secretsmanager", "GetSecretValue"): _secrets_key("Decrypt"),
    ("secretsmanager", "PutSecretValue"): _secrets_key("GenerateDataKey", "Decrypt"),
    ("secretsmanager", "ReplicateSecretToRegions"): _replicated_secret,
}
