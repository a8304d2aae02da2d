"""Databases in an AWS, for probes and refusals."""

from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique

PRIMARY, SECONDARY = "ap-south-1", "us-east-1"
ENGINE = {"Engine": "aurora-postgresql", "EngineVersion": "16.6"}
MASTER = {"MasterUsername": "ledger", "MasterUserPassword": "very-secret"}
# moto crashes on what it cannot do.
NOT_DONE = (ClientError, ResponseParserError)
INSTANCE = {"Engine": "postgres", "EngineVersion": "16.6", "DBInstanceClass": "db.m6g.large"}


def cluster(aws: EmbeddedAws, region: str = PRIMARY, **asked: Any) -> dict[str, Any]:
    """A new cluster of Aurora PostgreSQL."""
    named = {"DBClusterIdentifier": unique(), **ENGINE, **asked}
    return aws.client("rds", region).create_db_cluster(**named)["DBCluster"]


def member(aws: EmbeddedAws, of: dict[str, Any], **asked: Any) -> dict[str, Any]:
    """A new instance of a cluster."""
    named = {
        "DBInstanceIdentifier": unique(),
        "DBInstanceClass": "db.r6g.large",
        "Engine": of["Engine"],
        "DBClusterIdentifier": of["DBClusterIdentifier"],
        **asked,
    }
    region = of["DBClusterArn"].split(":")[3]
    return aws.client("rds", region).create_db_instance(**named)["DBInstance"]


def instance(aws: EmbeddedAws, region: str = PRIMARY, **asked: Any) -> dict[str, Any]:
    """A new instance of PostgreSQL."""
    named = {
        "DBInstanceIdentifier": unique(),
        "AllocatedStorage": 20,
        **INSTANCE,
        **MASTER,
        **asked,
    }
    return aws.client("rds", region).create_db_instance(**named)["DBInstance"]


def replica(aws: EmbeddedAws, of: dict[str, Any], region: str = SECONDARY, **asked: Any) -> Any:
    """A new replica of an instance."""
    named = {
        "DBInstanceIdentifier": unique(),
        "SourceDBInstanceIdentifier": of["DBInstanceArn"],
        "DBInstanceClass": INSTANCE["DBInstanceClass"],
        **asked,
    }
    return aws.client("rds", region).create_db_instance_read_replica(**named)["DBInstance"]


def global_cluster(aws: EmbeddedAws, **asked: Any) -> str:
    """A new global cluster of Aurora PostgreSQL without members, by name."""
    name, given = unique(), {**ENGINE, **asked}
    aws.client("rds", PRIMARY).create_global_cluster(GlobalClusterIdentifier=name, **given)
    return name


def global_database(aws: EmbeddedAws) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A global cluster, by name, with a writer and a secondary of one instance each."""
    name = global_cluster(aws)
    writer = cluster(aws, GlobalClusterIdentifier=name, **MASTER)
    secondary = cluster(aws, SECONDARY, GlobalClusterIdentifier=name)
    for one in (writer, secondary):
        member(aws, one)
    return name, writer, secondary


def described(aws: EmbeddedAws, name: str, region: str = PRIMARY) -> dict[str, Any]:
    """A global cluster, as a region tells of it."""
    asked = aws.client("rds", region).describe_global_clusters(GlobalClusterIdentifier=name)
    (found,) = (one for one in asked["GlobalClusters"] if one["GlobalClusterIdentifier"] == name)
    return found


def read(aws: EmbeddedAws, of: dict[str, Any]) -> dict[str, Any]:
    """A cluster or an instance as it is now."""
    arn: str = of.get("DBClusterArn") or of["DBInstanceArn"]
    rds, name = aws.client("rds", arn.split(":")[3]), arn.rpartition(":")[2]
    if "DBClusterArn" in of:
        return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
