"""What the function may do: only the actions that its code performs, on only the resources it
needs."""

from collections.abc import Iterator
from typing import Any

from environments import Data
from functions.failover_control.agreed import (
    CLEARED_KEY,
    DOWN_KEY,
    NEEDED_KEY,
    NOTE_KEY,
    PAUSED_KEY,
    SET_KEY,
)
from modules.iam import allow


def on_absence(bucket: str) -> Iterator[dict[str, Any]]:
    """Lets it learn that an object does not exist; otherwise S3 answers 403.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    yield allow("s3:ListBucket", on=_arn(bucket))


def on_switch(bucket: str) -> Iterator[dict[str, Any]]:
    """Lets it set the switch in one place, delete what an operator's clear left there, and note who
    set it. It may not write `cleared`.

    It may only delete by ETag, which also takes GetObject: an object set in the meantime stays.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
    """
    arn = _arn(bucket)
    yield allow("s3:GetObject", "s3:PutObject", on=f"{arn}/{SET_KEY}")
    by_etag = {"Null": {"s3:if-match": "false"}}
    yield allow("s3:DeleteObject", on=f"{arn}/{SET_KEY}", condition=by_etag)
    yield allow("s3:GetObject", on=f"{arn}/{CLEARED_KEY}")
    yield allow("s3:GetObject", "s3:PutObject", on=f"{arn}/{NOTE_KEY}")


def on_notes(bucket: str) -> Iterator[dict[str, Any]]:
    """Lets it note who moved a routing control, and read when it was last cleared."""
    arn = _arn(bucket)
    yield allow("s3:GetObject", on=f"{arn}/{CLEARED_KEY}")
    yield allow("s3:PutObject", on=f"{arn}/{NOTE_KEY}")


def on_pause(bucket: str) -> Iterator[dict[str, Any]]:
    """Lets it learn that an operator has paused it. It can neither begin nor end a pause."""
    yield allow("s3:GetObject", on=f"{_arn(bucket)}/{PAUSED_KEY}")


def on_need(bucket: str) -> Iterator[dict[str, Any]]:
    """Lets it note when the standby was last needed."""
    on = f"{_arn(bucket)}/{NEEDED_KEY}"
    yield allow("s3:GetObject", "s3:PutObject", "s3:DeleteObject", on=on)


def on_down(bucket: str) -> Iterator[dict[str, Any]]:
    """Lets it note since when the primary has been down."""
    on = f"{_arn(bucket)}/{DOWN_KEY}"
    yield allow("s3:GetObject", "s3:PutObject", "s3:DeleteObject", on=on)


def on_database(
    data: Data, *, region: str, name: str, global_cluster: str, headless: bool
) -> Iterator[dict[str, Any]]:
    """Lets it see the standby's database, promote it where that is its task, and give a headless
    cluster an instance.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    """
    aurora = data.kind is not None and data.kind.aurora
    arn, joined = f"arn:aws:rds:{region}:*", f"arn:aws:rds::*:global-cluster:{global_cluster}"
    # Whoever lists needs the permission on all of them.
    yield allow(
        "rds:DescribeDBInstances", *(["rds:DescribeGlobalClusters"] if aurora else []), on="*"
    )
    if data.promotes and aurora:
        yield allow("rds:FailoverGlobalCluster", on=joined)
        yield allow("rds:FailoverGlobalCluster", on=f"{arn}:cluster:{name}")
    elif data.promotes:
        yield allow("rds:PromoteReadReplica", on=f"{arn}:db:{name}")
    if headless:
        yield allow("rds:CreateDBInstance", "rds:DeleteDBInstance", on=f"{arn}:db:{name}-awake")
        # It has the cluster's subnets and the engine's own parameters and options.
        for used in (f"cluster:{name}", f"subgrp:{name}", "pg:default.*", "og:default:*"):
            yield allow("rds:CreateDBInstance", on=f"{arn}:{used}")


def _arn(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}"


def on_routing_control(arn: str) -> Iterator[dict[str, Any]]:
    """Lets it read and move the one routing control that is the switch.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_route53-recovery-cluster.html
    """
    yield allow(
        "route53-recovery-cluster:GetRoutingControlState",
        "route53-recovery-cluster:UpdateRoutingControlState",
        on=arn,
    )


def on_group(group: str, region: str) -> Iterator[dict[str, Any]]:
    """Lets it wake the standby's Auto Scaling group and return it to rest."""
    arn = f"arn:aws:autoscaling:{region}:*:autoScalingGroup:*:autoScalingGroupName/{group}"
    yield allow("autoscaling:SetDesiredCapacity", "autoscaling:SetInstanceProtection", on=arn)
    # Does not support resource-level permissions:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
    yield allow("autoscaling:DescribeAutoScalingGroups", on="*")


def on_dead_letters(arn: str) -> Iterator[dict[str, Any]]:
    """Lets it keep events that it failed to handle."""
    yield allow("sqs:SendMessage", on=arn)
