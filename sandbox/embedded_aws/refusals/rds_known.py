"""RDS: what a request is about, as moto knows it."""

from typing import Any

from moto.rds.models import rds_backends
from moto.rds.utils import split_arn

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.moto_fixes.rds_global import global_cluster

WRONG, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"


def backend(call: Call) -> Any:
    """moto's RDS in the call's account and region."""
    return rds_backends[call.account][call.region]


def cluster_of(call: Call, name: str = "DBClusterIdentifier") -> Any:
    """The cluster that a parameter names, by name or ARN; None if there is none."""
    given = call.parameters.get(name, "")
    return backend(call).clusters.get(given.rpartition(":")[2])


def instance_of(call: Call, name: str = "DBInstanceIdentifier") -> Any:
    """The instance that a parameter names, in another region too if by ARN; None if there is
    none."""
    given, region = call.parameters.get(name, ""), call.region
    if given.startswith("arn:"):
        region, _, _, given = split_arn(given)
    return rds_backends[call.account][region].databases.get(given)


def global_cluster_of(call: Call, cluster: Any) -> Any:
    """The global cluster that a cluster is in; None if it is in none, or is none."""
    name = getattr(cluster, "global_cluster_identifier", None)
    return global_cluster(call.account, name)


def combination(message: str) -> Refusal:
    """A refusal of parameters that do not go together, or not with what is there."""
    return Refusal(COMBINATION, message)
