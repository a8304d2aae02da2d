"""Instances, and the deliveries to them."""

from collections.abc import Iterator

from emitted import Json
from operations.costs.line import Counter, Line, Resources, unpriced
from operations.costs.prices import Prices, look_up

# EC2 metrics of one instance; with detailed monitoring they are billed like custom ones.
INSTANCE_METRICS = 7
# EC2 Auto Scaling creates two for each policy, billed like any other alarm:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
TARGET_TRACKING_ALARMS = 2
# A pipeline costs nothing while it waits. Deliveries a month, and minutes of one with five of bake.
DELIVERIES, DELIVERY_MINUTES = 20, 15
DELIVERING = f"{DELIVERIES} deliveries of {DELIVERY_MINUTES} minutes"
SMALL_BUILD = "BUILD_GENERAL1_SMALL"


def _group(body: Json, resources: Resources, prices: Prices) -> Iterator[Line]:
    """The instances that an Auto Scaling group starts with, including their volumes and metrics."""
    reference: str = body["launch_template"]["id"]  # ${aws_launch_template.<id>.id}
    template = resources["aws_launch_template"][reference.split(".")[1]]
    size, kind = body["desired_capacity"], template["instance_type"]
    price = look_up(prices.instances, kind, section="instances", what="instance type")
    yield Line(kind, size, price, runs=True)
    for device in template["block_device_mappings"]:
        volume = device["ebs"]
        kind, gib = volume["volume_type"], volume["volume_size"]
        price = look_up(prices.volumes, kind, section="volumes", what="volume type")
        yield Line(f"{kind} volume", size * gib, price)
    if template.get("monitoring", {}).get("enabled"):
        yield Line("metric", size * INSTANCE_METRICS, prices.items.metric)


def _policy(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body["policy_type"] != "TargetTrackingScaling":
        raise unpriced(f"a scaling policy of type {body['policy_type']}")
    yield Line("alarm", TARGET_TRACKING_ALARMS, prices.items.alarm)


def _pipeline(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body.get("pipeline_type") != "V2":
        raise unpriced("a pipeline of another type than V2")
    minutes = DELIVERIES * DELIVERY_MINUTES
    yield Line(f"pipeline: {DELIVERING}", minutes, prices.items.pipeline_minutes)


def _build(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    kind = body["environment"]["compute_type"]
    if kind != SMALL_BUILD:
        raise unpriced(f"a build of type {kind}")
    yield Line(f"build: {DELIVERING}", DELIVERIES * DELIVERY_MINUTES, prices.items.build_minutes)


COUNTERS: dict[str, Counter] = {
    "aws_autoscaling_group": _group,
    "aws_autoscaling_policy": _policy,
    "aws_codebuild_project": _build,
    "aws_codepipeline": _pipeline,
}
