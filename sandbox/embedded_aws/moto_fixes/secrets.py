"""Fixes of moto's Secrets Manager: replicas."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

import copy
import json

from moto.secretsmanager.exceptions import InvalidRequestException, SecretNotFoundException
from moto.secretsmanager.models import FakeSecret, ReplicaSecret
from moto.secretsmanager.responses import SecretsManagerResponse


def replicas_have_keys_of_their_own() -> None:
    """moto drops the key of a replica.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicaRegionType.html
    """
    create = FakeSecret.create_replicas

    def with_keys(
        self: FakeSecret, replica_regions: list[dict[str, str]], force_overwrite: bool
    ) -> list[ReplicaSecret]:
        replicas = create(self, replica_regions, force_overwrite)
        for replica, asked in zip(replicas, replica_regions, strict=True):
            if "KmsKeyId" in asked:
                replica.config["KmsKeyId"] = asked["KmsKeyId"]
        return replicas

    FakeSecret.create_replicas = with_keys


def replicas_become_secrets() -> None:
    """moto lacks StopReplicationToReplica, which makes a replica a secret of its own: how to change
    it while the primary's region is lost.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html
    """

    def stop(self: SecretsManagerResponse) -> str:
        backend, name = self.backend, self._get_param("SecretId")
        if name not in backend.secrets:
            raise SecretNotFoundException
        replica = backend.secrets[name]
        if not isinstance(replica, ReplicaSecret):
            raise InvalidRequestException(f"{replica.arn} is no replica")
        primary = replica.source
        primary.replicas = [one for one in primary.replicas if one.region != replica.region]
        dict.pop(backend.secrets, replica.arn)
        backend.secrets[replica.name] = _alone(primary, replica)
        return json.dumps({"ARN": replica.arn})

    SecretsManagerResponse.stop_replication_to_replica = stop


def _alone(primary: FakeSecret, replica: ReplicaSecret) -> FakeSecret:
    """A replica's secret, with what was replicated."""
    own = copy.copy(primary)
    own.arn, own.region, own.replicas = replica.arn, replica.region, []
    own.kms_key_id = replica.config["KmsKeyId"]
    own.tags, own.versions = copy.deepcopy(primary.tags), copy.deepcopy(primary.versions)
    return own
