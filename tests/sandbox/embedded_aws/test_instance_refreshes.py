"""Instance refreshes: batches, percentages, alarms, cancelling and rolling back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws import scaling_probes
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.processes import eventually

REGION = "us-east-1"
WARM_UP = 0.15
# Time to act between two instances, also on a busy machine.
LONG_WARM_UP = 1.5
LAUNCH_FIRST = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110}


class Group:
    """A group whose instances may be refreshed."""

    def __init__(self, aws: EmbeddedAws, desired: int) -> None:
        self.aws = aws
        self.scaling: Any = aws.client("autoscaling", REGION)
        self.template = scaling_probes.template(aws)
        self.name = scaling_probes.group(aws, self.template, desired=desired)
        self.old = self.instances

    @property
    def instances(self) -> set[str]:
        return {one["InstanceId"] for one in scaling_probes.instances(self.aws, self.name)}

    def start(self, **asked: Any) -> str:
        return self.scaling.start_instance_refresh(AutoScalingGroupName=self.name, **asked)[
            "InstanceRefreshId"
        ]

    def cancel(self) -> None:
        self.scaling.cancel_instance_refresh(AutoScalingGroupName=self.name)

    def described(self, **asked: Any) -> list[dict[str, Any]]:
        return self.scaling.describe_instance_refreshes(AutoScalingGroupName=self.name, **asked)[
            "InstanceRefreshes"
        ]

    @property
    def status(self) -> str:
        return self.described()[0]["Status"]

    def reaches(self, status: str) -> bool:
        return eventually(lambda: self.status == status)


@pytest.fixture
def group(aws: EmbeddedAws) -> Iterator[Callable[[int], Group]]:
    aws.delay_instances(WARM_UP)
    yield lambda desired: Group(aws, desired)
    aws.delay_instances(0)


def alarm(aws: EmbeddedAws, state: str) -> str:
    cloudwatch, name = aws.client("cloudwatch", REGION), unique()
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="web",
        MetricName="errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
    return name


def test_it_replaces_one_after_the_other_and_ends_none_before_the_next_is_warm(
    group: Callable[[int], Group],
) -> None:
    web = group(3)
    identifier = web.start(Preferences=LAUNCH_FIRST)
    seen = [web.described()[0]]
    assert (seen[0]["InstanceRefreshId"], seen[0]["Status"]) == (identifier, "Pending")
    assert "StartTime" not in seen[0]
    sizes = set[int]()

    def over() -> bool:
        sizes.add(len(web.instances))
        seen.append(web.described()[0])
        return seen[-1]["Status"] not in ("Pending", "InProgress")

    assert eventually(over)
    assert sizes <= {3, 4}
    assert 4 in sizes
    progress = {
        (one["PercentageComplete"], one["InstancesToUpdate"])
        for one in seen
        if one["Status"] != "Pending"
    }
    assert {(0, 3), (33, 2), (66, 1), (100, 0)} >= progress >= {(0, 3), (100, 0)}
    assert "warming up" in {one.get("StatusReason", "")[-11:-1] for one in seen}
    assert (seen[-1]["Status"], seen[-1].get("StatusReason")) == ("Successful", None)
    assert seen[-1]["StartTime"] < seen[-1]["EndTime"]
    assert len(web.instances) == 3
    assert not web.instances & web.old


def test_a_maximum_of_200_starts_all_at_once(group: Callable[[int], Group]) -> None:
    web = group(2)
    web.start(Preferences={"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200})
    assert eventually(lambda: len(web.instances) == 4)
    assert web.reaches("Successful")
    assert len(web.instances) == 2


def test_without_a_maximum_an_instance_ends_before_the_next_starts(
    group: Callable[[int], Group],
) -> None:
    web, sizes = group(2), set[int]()
    web.start()

    def over() -> bool:
        sizes.add(len(web.instances))
        return web.status == "Successful"

    assert eventually(over)
    assert sizes == {2}
    assert not web.instances & web.old


def test_an_empty_group_is_refreshed_at_once(group: Callable[[int], Group]) -> None:
    web = group(0)
    web.start(Preferences=LAUNCH_FIRST)
    assert web.reaches("Successful")
    assert web.described()[0]["PercentageComplete"] == 100


def test_there_is_one_at_a_time_and_the_newest_is_first(group: Callable[[int], Group]) -> None:
    web = group(0)
    first = web.start()
    with pytest.raises(ClientError, match=r"InstanceRefreshInProgress.*already in progress"):
        web.start()
    assert web.reaches("Successful")
    second = web.start()
    assert [one["InstanceRefreshId"] for one in web.described()] == [second, first]
    assert [one["InstanceRefreshId"] for one in web.described(InstanceRefreshIds=[first])] == [
        first
    ]
    asked = {"AutoScalingGroupName": web.name, "MaxRecords": 1}
    page = web.scaling.describe_instance_refreshes(**asked)
    following = web.scaling.describe_instance_refreshes(**asked, NextToken=page["NextToken"])
    assert [one["InstanceRefreshId"] for one in following["InstanceRefreshes"]] == [first]
    assert "NextToken" not in following


def test_an_alarm_fails_it(aws: EmbeddedAws, group: Callable[[int], Group]) -> None:
    web, name = group(2), alarm(aws, "OK")
    web.start(Preferences={**LAUNCH_FIRST, "AlarmSpecification": {"Alarms": [name]}})
    assert web.reaches("InProgress")
    aws.client("cloudwatch", REGION).set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="a test"
    )
    refresh = web.described()[0]
    assert refresh["Status"] == "Failed"
    assert name in refresh["StatusReason"]
    assert len(web.instances) == 2


def test_it_can_be_cancelled(aws: EmbeddedAws, group: Callable[[int], Group]) -> None:
    web = group(2)
    aws.delay_instances(1)
    with pytest.raises(ClientError, match="ActiveInstanceRefreshNotFound"):
        web.cancel()
    web.start(Preferences=LAUNCH_FIRST)
    assert web.reaches("InProgress")
    web.cancel()
    assert web.status == "Cancelling"
    assert web.reaches("Cancelled")
    assert len(web.instances) == 2
    assert web.instances & web.old
    aws.delay_instances(0)
    web.start(Preferences=LAUNCH_FIRST)
    assert web.reaches("Successful")


def test_a_protected_instance_holds_it_up(group: Callable[[int], Group]) -> None:
    web = group(2)
    kept = min(web.old)
    protect = {"InstanceIds": [kept], "AutoScalingGroupName": web.name}
    web.scaling.set_instance_protection(**protect, ProtectedFromScaleIn=True)
    web.start(Preferences=LAUNCH_FIRST)
    assert eventually(lambda: "is protected" in web.described()[0].get("StatusReason", ""))
    assert kept in web.instances
    web.scaling.set_instance_protection(**protect, ProtectedFromScaleIn=False)
    assert web.reaches("Successful")
    assert kept not in web.instances
    others = web.instances
    kept = min(others)
    protect["InstanceIds"] = [kept]
    web.scaling.set_instance_protection(**protect, ProtectedFromScaleIn=True)
    web.start(Preferences={**LAUNCH_FIRST, "ScaleInProtectedInstances": "Ignore"})
    assert web.reaches("Successful")
    assert web.instances & others == {kept}


def test_a_desired_configuration_becomes_the_groups_own(
    aws: EmbeddedAws, group: Callable[[int], Group]
) -> None:
    web, other = group(1), scaling_probes.template(aws)
    web.start(
        Preferences={**LAUNCH_FIRST, "AutoRollback": True},
        DesiredConfiguration={"LaunchTemplate": {"LaunchTemplateId": other, "Version": "1"}},
    )
    assert web.reaches("InProgress")
    meanwhile = template_of(web)
    assert meanwhile == web.template or web.status == "Successful", "it is ahead of us if we wait"
    assert web.reaches("Successful")
    assert template_of(web) == other


def template_of(group: Group) -> str:
    (read,) = group.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group.name])[
        "AutoScalingGroups"
    ]
    return read["LaunchTemplate"]["LaunchTemplateId"]


@pytest.mark.parametrize("how", ["an operator", "an alarm"])
def test_it_can_be_rolled_back_to_the_groups_own_configuration(
    aws: EmbeddedAws, group: Callable[[int], Group], how: str
) -> None:
    web, other, name = group(2), scaling_probes.template(aws), alarm(aws, "OK")
    aws.delay_instances(LONG_WARM_UP)
    rolled_back = {"AutoRollback": True, "AlarmSpecification": {"Alarms": [name]}}
    web.start(
        Preferences={**LAUNCH_FIRST, **rolled_back},
        DesiredConfiguration={"LaunchTemplate": {"LaunchTemplateId": other, "Version": "1"}},
    )
    assert eventually(lambda: web.described()[0].get("PercentageComplete") == 50)
    if how == "an alarm":
        aws.client("cloudwatch", REGION).set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="a test"
        )
    else:
        web.scaling.rollback_instance_refresh(AutoScalingGroupName=web.name)
    assert web.reaches("RollbackSuccessful")
    refresh = web.described()[0]
    assert refresh["RollbackDetails"]["PercentageCompleteOnRollback"] == 50
    assert refresh["PercentageComplete"] == 0
    assert template_of(web) == web.template
    assert len(web.instances) == 2


def test_what_the_preferences_ask_for_in_vain_is_told(group: Callable[[int], Group]) -> None:
    web = group(0)
    for preferences in ({"BakeTime": 60}, {"SkipMatching": True}):
        with pytest.raises(ClientError, match="the embedded AWS lacks"):
            web.start(Preferences=preferences)
