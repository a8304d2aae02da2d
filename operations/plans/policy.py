"""The least IAM policy with which an operator acts: `failover switch set` and `clear`, `data`,
`over`, `back`, `pause` and `resume`."""

from collections.abc import Iterator

from environments import ROLES, Environment, Role
from functions.failover_control.agreed import (
    CLEARED_KEY,
    NEEDED_KEY,
    NOTE_KEY,
    PAUSED_KEY,
    SET_KEY,
)
from functions.failover_control.lost_writes import KEPT, TAKEN_BY_AURORA
from modules.database_settings import database_settings
from modules.iam import allow
from operations.policies import Statement, formatted
from releases import CURRENT


def document(environment: Environment) -> str:
    """The policy as JSON, formatted for people."""
    return formatted(statements(environment))


def statements(environment: Environment) -> list[Statement]:
    """What each command calls, and nothing more. The ARNs name no account, as a policy grants
    nothing in others."""
    found = [*_switch(environment), *_groups(environment)]
    if environment.application.kind == "release":
        found += _releases(environment)
    kind = environment.data.kind
    if kind is not None:
        found += _aurora(environment) if kind.aurora else _rds(environment)
    return found


def _switch(environment: Environment) -> Iterator[Statement]:
    """Of each bucket it takes ListBucket too: to whoever lacks it, S3 answers 403 about an object
    that does not exist. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
    failover = environment.failover
    if failover.activation:
        yield allow("s3:PutObject", on=f"arn:aws:s3:::{environment.switch_bucket}/{NEEDED_KEY}")
    if not failover.latches:
        return
    buckets = [f"arn:aws:s3:::{place.bucket}" for place in environment.note_places]
    yield allow("s3:ListBucket", on=buckets)
    keys = [NOTE_KEY, CLEARED_KEY, PAUSED_KEY, *([SET_KEY] if failover.obeys_objects else [])]
    objects = [f"{bucket}/{key}" for bucket in buckets for key in keys]
    read = objects
    if failover.routing_control is not None:
        yield allow(
            "route53-recovery-cluster:GetRoutingControlState",
            "route53-recovery-cluster:UpdateRoutingControlState",
            on=failover.routing_control.arn,
        )
        read = [one for one in objects if not one.endswith(CLEARED_KEY)]
    yield allow("s3:GetObject", on=read)
    yield allow("s3:PutObject", on=objects)
    deleted = SET_KEY if failover.obeys_objects else NOTE_KEY
    ends = (PAUSED_KEY, deleted)
    yield allow("s3:DeleteObject", on=[one for one in objects if one.endswith(ends)])


def _groups(environment: Environment) -> Iterator[Statement]:
    """DescribeAutoScalingGroups has no resource-level permissions."""
    yield allow("autoscaling:DescribeAutoScalingGroups", on="*")
    arns = [_group(environment, role) for role in ROLES]
    yield allow("autoscaling:SetDesiredCapacity", on=arns)
    yield allow("autoscaling:SetInstanceProtection", on=_group(environment, "dr"))


def _group(environment: Environment, role: Role) -> str:
    settings = environment.regional(role)
    name = f"autoScalingGroup:*:autoScalingGroupName/{settings.auto_scaling_group}"
    return f"arn:aws:autoscaling:{settings.region}:*:{name}"


def _releases(environment: Environment) -> Iterator[Statement]:
    buckets = [f"arn:aws:s3:::{environment.releases_bucket(role)}" for role in ROLES]
    yield allow("s3:ListBucket", on=buckets)
    yield allow("s3:GetObject", on=[f"{one}/{CURRENT}" for one in buckets])


def _rds_arn(environment: Environment, role: Role, resource: str) -> str:
    return f"arn:aws:rds:{environment.regional(role).region}:*:{resource}"


def _aurora(environment: Environment) -> Iterator[Statement]:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html"""
    names = {role: environment.database(role) for role in ROLES}
    clusters = [_rds_arn(environment, role, f"cluster:{names[role]}") for role in ROLES]
    joined = f"arn:aws:rds::*:global-cluster:{environment.global_database}"
    snapshots = [
        _rds_arn(environment, role, f"cluster-snapshot:{snapshot}")
        for role in ROLES
        for snapshot in (f"{names[role]}-{KEPT}-*", f"{TAKEN_BY_AURORA}*")
    ]
    yield allow("cloudwatch:GetMetricStatistics", "rds:DescribeDBInstances", on="*")
    yield allow("rds:DescribeGlobalClusters", on=joined)
    yield allow("rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster", on=[joined, *clusters])
    yield allow("rds:DescribeDBClusters", "rds:DescribeDBClusterSnapshots", on=clusters)
    yield allow("rds:CopyDBClusterSnapshot", on=snapshots)
    settings = database_settings(environment, "dr")
    if settings is not None and settings.headless:
        yield from _instance(environment)


def _instance(environment: Environment) -> Iterator[Statement]:
    """A headless cluster gets one before its promotion, with the cluster's subnets and the engine's
    own parameters and options."""
    name = environment.database("dr")
    used = ("db:{}-awake", "cluster:{}", "subgrp:{}", "pg:default.*", "og:default:*")
    arns = [_rds_arn(environment, "dr", one.format(name)) for one in used]
    yield allow("rds:CreateDBInstance", on=arns)


def _rds(environment: Environment) -> Iterator[Statement]:
    """A promotion, and what replaces an old source by a replica."""
    names = {role: environment.database(role) for role in ROLES}

    def both(*resources: str) -> list[str]:
        return [
            _rds_arn(environment, role, one.format(names[role]))
            for role in ROLES
            for one in resources
        ]

    yield allow(
        "cloudwatch:GetMetricStatistics",
        "ec2:DescribeSecurityGroups",
        "rds:DescribeDBParameterGroups",
        on="*",
    )
    yield allow(
        "rds:AddTagsToResource",
        "rds:DeleteDBInstance",
        "rds:DescribeDBInstances",
        "rds:PromoteReadReplica",
        on=both("db:{}"),
    )
    yield allow("rds:ModifyDBInstance", on=both("db:{}", "pg:{}-*"))
    yield allow("rds:CreateDBSnapshot", on=both("db:{}", f"snapshot:{{}}-{KEPT}-*"))
    yield allow("rds:DescribeDBSnapshots", on=both(f"snapshot:{{}}-{KEPT}-*"))
    yield allow("rds:CreateDBInstanceReadReplica", on=both("db:{}", "subgrp:{}"))
    # AWS chooses a key's ID.
    regions = [environment.regional(role).region for role in ROLES]
    yield allow(
        "kms:CreateGrant", "kms:DescribeKey", on=[f"arn:aws:kms:{one}:*:key/*" for one in regions]
    )
