"""The least IAM policy with which `failover status` reads everything; `failover switch show` and
`failover data show` need no more."""

from collections.abc import Iterator

from environments import ROLES, Environment
from functions.failover_control.agreed import CLEARED_KEY, NOTE_KEY, PAUSED_KEY, SET_KEY
from modules.alarm_names import known_alarms
from operations.policies import Statement, formatted
from releases import CURRENT


def document(environment: Environment) -> str:
    """The policy as JSON, formatted for people."""
    return formatted(statements(environment))


def statements(environment: Environment) -> list[Statement]:
    """What each service is asked. The ARNs name no account, as a policy grants nothing in others.

    Of each bucket it takes ListBucket too: to whoever lacks it, S3 answers 403 about an object that
    does not exist. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    return [
        *_switch(environment),
        *(_releases(environment) if environment.application.kind == "release" else ()),
        *(_databases(environment) if environment.data.kind else ()),
        _in_regions(environment),
        _alarms(environment),
    ]


def _switch(environment: Environment) -> Iterator[Statement]:
    failover = environment.failover
    if not failover.latches:
        return
    buckets = [f"arn:aws:s3:::{place.bucket}" for place in environment.note_places]
    keys = [NOTE_KEY, CLEARED_KEY, PAUSED_KEY, *([SET_KEY] if failover.obeys_objects else [])]
    objects = [f"{bucket}/{key}" for bucket in buckets for key in keys]
    yield _allow("SwitchObjects", ["s3:GetObject"], objects)
    yield _allow("SwitchBuckets", ["s3:ListBucket"], buckets)
    if failover.routing_control is not None:
        read = "route53-recovery-cluster:GetRoutingControlState"
        yield _allow("RoutingControl", [read], [failover.routing_control.arn])


def _releases(environment: Environment) -> Iterator[Statement]:
    buckets = [f"arn:aws:s3:::{environment.releases_bucket(role)}" for role in ROLES]
    yield _allow("CurrentReleases", ["s3:GetObject"], [f"{one}/{CURRENT}" for one in buckets])
    yield _allow("ReleasesBuckets", ["s3:ListBucket"], buckets)


def _databases(environment: Environment) -> Iterator[Statement]:
    """An Aurora cluster's instances are listed, which takes the permission on all of them."""
    kind = environment.data.kind
    if kind is not None and kind.aurora:
        arn = f"arn:aws:rds::*:global-cluster:{environment.global_database}"
        yield _allow("GlobalDatabase", ["rds:DescribeGlobalClusters"], [arn])
        return
    arns = [
        f"arn:aws:rds:{environment.regional(role).region}:*:db:{environment.database(role)}"
        for role in ROLES
    ]
    yield _allow("Databases", ["rds:DescribeDBInstances"], arns)


def _in_regions(environment: Environment) -> Statement:
    """What has no resource-level permissions, or lists."""
    kind = environment.data.kind
    actions = ["autoscaling:DescribeAutoScalingGroups", "elasticloadbalancing:DescribeTargetHealth"]
    if environment.application.kind == "release":
        actions.append("ec2:DescribeInstances")
    if kind is not None:
        actions.append("cloudwatch:GetMetricStatistics")
    if kind is not None and kind.aurora:
        actions.append("rds:DescribeDBInstances")
    regions = sorted(environment.regional(role).region for role in ROLES)
    condition = {"StringEquals": {"aws:RequestedRegion": regions}}
    return {**_allow("InBothRegions", sorted(actions), ["*"]), "Condition": condition}


def _alarms(environment: Environment) -> Statement:
    regions = sorted({one.region for one in known_alarms(environment)})
    arns = [f"arn:aws:cloudwatch:{one}:*:alarm:{environment.name}-*" for one in regions]
    return _allow("Alarms", ["cloudwatch:DescribeAlarms"], arns)


def _allow(sid: str, actions: list[str], resources: list[str]) -> Statement:
    on = resources if len(resources) > 1 else resources[0]
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": on}
