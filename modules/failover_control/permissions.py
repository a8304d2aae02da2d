"""What the function may do: the actions that its code takes, each on what it takes them on."""

from collections.abc import Iterator
from typing import Any

from functions.failover_control.agreed import CLEARED_KEY, NEEDED_KEY, NOTE_KEY, SET_KEY
from modules.iam import allow


def on_absence(bucket: str) -> Iterator[dict[str, Any]]:
    """Be told that an object is not there: without it, S3 answers 403.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    yield allow("s3:ListBucket", on=_arn(bucket))


def on_switch(bucket: str) -> Iterator[dict[str, Any]]:
    """In one of the switch's places: set it, and delete what an operator's clear has left; say who
    set it. The function may not write `cleared`.

    It deletes by ETag alone, which takes GetObject as well: what was set anew meanwhile stays.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
    """
    arn = _arn(bucket)
    yield allow("s3:GetObject", "s3:PutObject", on=f"{arn}/{SET_KEY}")
    by_etag = {"Null": {"s3:if-match": "false"}}
    yield allow("s3:DeleteObject", on=f"{arn}/{SET_KEY}", condition=by_etag)
    yield allow("s3:GetObject", on=f"{arn}/{CLEARED_KEY}")
    yield allow("s3:GetObject", "s3:PutObject", on=f"{arn}/{NOTE_KEY}")


def on_notes(bucket: str) -> Iterator[dict[str, Any]]:
    """Note who moved a routing control, and when the standby was needed."""
    arn = _arn(bucket)
    yield allow("s3:GetObject", on=f"{arn}/{CLEARED_KEY}")
    yield allow("s3:PutObject", on=f"{arn}/{NOTE_KEY}")


def on_need(bucket: str) -> Iterator[dict[str, Any]]:
    """Note when the standby was needed."""
    on = f"{_arn(bucket)}/{NEEDED_KEY}"
    yield allow("s3:GetObject", "s3:PutObject", "s3:DeleteObject", on=on)


def _arn(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}"


def on_routing_control(arn: str) -> Iterator[dict[str, Any]]:
    """Ask and move the one routing control that is the switch.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_route53-recovery-cluster.html
    """
    yield allow(
        "route53-recovery-cluster:GetRoutingControlState",
        "route53-recovery-cluster:UpdateRoutingControlState",
        on=arn,
    )


def on_group(group: str, region: str) -> Iterator[dict[str, Any]]:
    """Wake the standby's Auto Scaling group, and lay it down."""
    arn = f"arn:aws:autoscaling:{region}:*:autoScalingGroup:*:autoScalingGroupName/{group}"
    yield allow("autoscaling:SetDesiredCapacity", "autoscaling:SetInstanceProtection", on=arn)
    # Takes no resource:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
    yield allow("autoscaling:DescribeAutoScalingGroups", on="*")


def on_dead_letters(arn: str) -> Iterator[dict[str, Any]]:
    """Leave the events that could not be dealt with."""
    yield allow("sqs:SendMessage", on=arn)
