"""Whether enough instances can start."""

from typing import Any

import pytest

from functions.standby_readiness import capacity
from functions.standby_readiness.outcome import Status
from tests.functions.standby_readiness.fakes import Fake, asg, found, only, standby, template


def ec2(*instances: dict[str, Any], kind: str = "t3.micro") -> Fake:
    sizes = {"t3.micro": 2, "m5.4xlarge": 16}
    return Fake(
        describe_launch_template_versions=template(InstanceType=kind),
        describe_instances={"Reservations": [{"Instances": list(instances)}]},
        describe_instance_types=lambda InstanceTypes: {  # noqa: N803
            "InstanceTypes": [
                {"InstanceType": one, "VCpuInfo": {"DefaultVCpus": sizes[one]}}
                for one in InstanceTypes
            ]
        },
    )


def clients(region: Fake, quota: float) -> dict[str, Fake]:
    return {
        "autoscaling": Fake(describe_auto_scaling_groups=asg()),
        "ec2": region,
        "service-quotas": Fake(get_service_quota={"Quota": {"Value": quota}}),
    }


OWN = {"InstanceId": "i-0", "InstanceType": "t3.micro"}
OTHER = {"InstanceId": "i-9", "InstanceType": "m5.4xlarge"}
SPOT = {**OTHER, "InstanceLifecycle": "spot"}


@pytest.mark.parametrize(
    ("instances", "quota", "status"),
    [
        ((OWN,), 6, Status.READY),
        ((OWN,), 5, Status.FAULT),
        ((OTHER,), 22, Status.READY),
        ((OTHER,), 21, Status.FAULT),
        ((SPOT,), 6, Status.READY),
    ],
)
def test_others_take_vcpus_and_the_standbys_own_instances_do_not(
    instances: tuple[dict[str, Any], ...], quota: float, status: Status
) -> None:
    one, said = only(capacity.vcpus_suffice, standby(clients(ec2(*instances), quota)))
    assert one is status
    assert "it needs 6" in said
    used = 16 if OTHER in instances else 0
    assert (f"--desired-value {6 + used}" in said) == (status is Status.FAULT)


def test_the_quota_of_another_family_is_not_guessed() -> None:
    status, said = only(capacity.vcpus_suffice, standby(clients(ec2(kind="g4dn.xlarge"), 100)))
    assert (status, said) == (
        Status.UNKNOWN,
        "g4dn.xlarge belongs to a family with a quota of its own",
    )


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({}, Status.READY, "2 of 2 instances run, between 2 and 6; 3 are needed"),
        ({"MaxSize": 2}, Status.FAULT, "may have 2 instances at most, and 3 are needed"),
        ({"DesiredCapacity": 1}, Status.FAULT, "is to have 1 instances, and 2 should serve"),
    ],
)
def test_the_groups_limits(changes: dict[str, int], status: Status, words: str) -> None:
    there = {"autoscaling": Fake(describe_auto_scaling_groups=asg(**changes))}
    one, said = only(capacity.group_can_grow, standby(there))
    assert one is status
    assert words in said


def test_a_group_that_is_gone() -> None:
    there = {"autoscaling": Fake(describe_auto_scaling_groups={"AutoScalingGroups": []})}
    assert only(capacity.group_can_grow, standby(there)) == (
        Status.UNKNOWN,
        "cannot be checked: there is no Auto Scaling group web",
    )


@pytest.mark.parametrize(
    ("suspended", "statuses"),
    [
        ([], [Status.READY]),
        (["Launch"], [Status.FAULT]),
        (["ScheduledActions"], [Status.READY, Status.NOTE]),
        (["AZRebalance", "HealthCheck"], [Status.FAULT, Status.NOTE]),
    ],
)
def test_only_some_processes_are_needed(suspended: list[str], statuses: list[Status]) -> None:
    processes = [{"ProcessName": name} for name in suspended]
    there = {"autoscaling": Fake(describe_auto_scaling_groups=asg(SuspendedProcesses=processes))}
    said = found(capacity.processes_run, standby(there))
    assert [status for status, _ in said] == statuses
    if Status.FAULT in statuses:
        assert "aws autoscaling resume-processes --region us-east-1" in said[0][1]
