"""Probes an AWS for secrets with replicas."""

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.databases import NOT_DONE, PRIMARY, SECONDARY
from tests.sandbox.embedded_aws.naming import unique


def _key(aws: EmbeddedAws) -> str:
    return aws.client("kms", SECONDARY).create_key()["KeyMetadata"]["Arn"]


def replicas_have_keys_of_their_own(aws: EmbeddedAws) -> bool:
    secrets, key = aws.client("secretsmanager", PRIMARY), _key(aws)
    made = secrets.create_secret(
        Name=unique(), SecretString="x", AddReplicaRegions=[{"Region": SECONDARY, "KmsKeyId": key}]
    )
    (status,) = secrets.describe_secret(SecretId=made["ARN"])["ReplicationStatus"]
    return (status["Status"], status["KmsKeyId"]) == ("InSync", key)


def replicas_become_secrets(aws: EmbeddedAws) -> bool:
    here, there = (aws.client("secretsmanager", region) for region in (PRIMARY, SECONDARY))
    name = unique()
    here.create_secret(Name=name, SecretString="x", AddReplicaRegions=[{"Region": SECONDARY}])
    try:
        there.stop_replication_to_replica(SecretId=name)
        there.put_secret_value(SecretId=name, SecretString="y")
    except NOT_DONE:
        return False
    values = [one.get_secret_value(SecretId=name)["SecretString"] for one in (here, there)]
    left = here.describe_secret(SecretId=name).get("ReplicationStatus", [])
    return (values, left) == (["x", "y"], [])
