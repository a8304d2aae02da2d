"""What EC2 Auto Scaling refuses of instance refreshes."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network
from tests.sandbox.embedded_aws.refusals.service import Service, unique
from tests.sandbox.embedded_aws.refusals.test_autoscaling import IMAGE, WRONG, group, template

PARAMETER = "resolve:ssm:/aws/service/ami"


@pytest.fixture(scope="module")
def scaling(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "autoscaling")


def named(scaling: Service, ec2: Service, net: Network, **launch_template: str) -> dict[str, Any]:
    asked = group(ec2, net, MinSize=0, DesiredCapacity=0)
    asked["LaunchTemplate"] = {**asked["LaunchTemplate"], "Version": "1", **launch_template}
    scaling.ok("create_auto_scaling_group", **asked)
    return {"AutoScalingGroupName": asked["AutoScalingGroupName"]}


@pytest.fixture(scope="module")
def web(scaling: Service, ec2: Service, net: Network) -> dict[str, Any]:
    return named(scaling, ec2, net)


@pytest.mark.parametrize(
    ("said", "preferences"),
    [
        ("MaxHealthyPercentage", {"MinHealthyPercentage": 50, "MaxHealthyPercentage": 200}),
        ("needs MinHealthyPercentage", {"MaxHealthyPercentage": 110}),
        ("MinHealthyPercentage", {"MinHealthyPercentage": 101}),
        ("MinHealthyPercentage", {"MinHealthyPercentage": -1}),
        ("MaxHealthyPercentage", {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 201}),
        ("MaxHealthyPercentage", {"MinHealthyPercentage": 50, "MaxHealthyPercentage": 99}),
        ("InstanceWarmup", {"InstanceWarmup": -1}),
        ("DesiredConfiguration", {"AutoRollback": True}),
        ("11 alarms", {"AlarmSpecification": {"Alarms": ["a"] * 11}}),
        ("no alarm 'a'", {"AlarmSpecification": {"Alarms": ["a"]}}),
    ],
)
def test_preferences(
    scaling: Service, web: dict[str, Any], said: str, preferences: dict[str, Any]
) -> None:
    scaling.refused("start_instance_refresh", WRONG, said, **web, Preferences=preferences)


def test_a_group_that_is_not_there(scaling: Service) -> None:
    for operation in (
        "start_instance_refresh",
        "cancel_instance_refresh",
        "rollback_instance_refresh",
        "describe_instance_refreshes",
    ):
        scaling.refused(operation, WRONG, "not found", AutoScalingGroupName=unique())


def test_pages(scaling: Service, web: dict[str, Any]) -> None:
    for records in (0, 101):
        scaling.refused(
            "describe_instance_refreshes", WRONG, "MaxRecords", **web, MaxRecords=records
        )
    scaling.ok("describe_instance_refreshes", **web, MaxRecords=100)
    scaling.refused(
        "describe_instance_refreshes", "InvalidNextToken", "NextToken", **web, NextToken="x"
    )


def test_nothing_to_cancel_or_roll_back(scaling: Service, web: dict[str, Any]) -> None:
    for operation in ("cancel_instance_refresh", "rollback_instance_refresh"):
        scaling.refused(operation, "ActiveInstanceRefreshNotFound", "No in progress", **web)


def test_rollbacks_to_what_may_change(
    refusing: EmbeddedAws, scaling: Service, ec2: Service, net: Network
) -> None:
    desired = {"DesiredConfiguration": {"LaunchTemplate": template(ec2)}}
    undone = {**desired, "Preferences": {"AutoRollback": True}}
    moving = named(scaling, ec2, net, Version="$Latest")
    by_parameter = template(ec2, **{**IMAGE, "ImageId": PARAMETER})
    named_image = named(scaling, ec2, net, **{**by_parameter, "Version": "1"})
    scaling.refused("start_instance_refresh", WRONG, "$Latest", **moving, **undone)
    scaling.refused("start_instance_refresh", WRONG, "SSM parameter", **named_image, **undone)
    refusing.delay_instances(60)
    try:
        plain = named(scaling, ec2, net)
        for one, asked, said in (
            (plain, {}, "no desired configuration"),
            (moving, desired, "$Latest"),
            (named_image, desired, "SSM parameter"),
        ):
            scaling.ok("start_instance_refresh", **one, **asked)
            scaling.refused("rollback_instance_refresh", "IrreversibleInstanceRefresh", said, **one)
        scaling.refused("start_instance_refresh", "InstanceRefreshInProgress", "already", **plain)
    finally:
        refusing.delay_instances(0)
