"""Whole deliveries to a group of instances, as AWS would see them through."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws, cloned
from tests.sandbox.embedded_aws.instances.applications import EXITS, HANGS, archive, server
from tests.sandbox.embedded_aws.instances.delivering import REGION, Delivery
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.processes import eventually

pytestmark = pytest.mark.slow

GOOD = archive(server())
NEXT = archive(server(status=204))
# Seconds: for what must fail, and for what must not.
SHORT, LONG = 1.5, 20


@pytest.fixture(autouse=True)
def _patience(aws: EmbeddedAws) -> Iterator[None]:
    aws.limit_boots(LONG)
    yield
    aws.delay_instances(0)


@pytest.fixture
def delivery(aws: EmbeddedAws) -> Delivery:
    """Two instances that run a good release."""
    made = Delivery(aws)
    made.deploy(GOOD)
    assert eventually(lambda: made.states() == ["healthy"] * 2), made.health
    return made


def test_instances_wait_for_the_first_release(aws: EmbeddedAws) -> None:
    made = Delivery(aws)
    assert made.states() == ["unhealthy"] * 2
    instance = min(made.instances)
    assert made.console(instance) == f"release: waiting for s3://{made.name}/current: NoSuchKey\n"
    digest = made.deploy(GOOD)
    seen = set(made.states())
    assert eventually(lambda: made.states() == ["healthy"] * 2), made.health
    assert seen <= {"initial", "healthy"}
    assert made.console(instance).startswith(f"release {digest}: GET /health passes\n")


def test_a_good_release_replaces_every_instance(delivery: Delivery) -> None:
    old, digest = delivery.instances, delivery.deploy(NEXT)
    assert delivery.states() == ["healthy"] * 2, "those that run keep their release"
    delivery.refresh()
    least = []

    def over() -> bool:
        least.append(delivery.states().count("healthy"))
        return delivery.progress["Status"] == "Successful"

    assert eventually(over)
    assert min(least) >= 2
    assert not delivery.instances & old
    assert set(delivery.health) == delivery.instances
    assert all(digest in delivery.console(instance) for instance in delivery.instances)


def stuck(delivery: Delivery) -> tuple[dict[str, str], str]:
    """Starts a refresh that cannot go on. Returns the new target's health and console."""
    old = delivery.instances
    delivery.refresh()
    new = delivery.unhealthy()
    progress = delivery.progress
    assert (progress["Status"], progress["PercentageComplete"]) == ("InProgress", 0)
    assert new in progress["StatusReason"]
    assert old < delivery.instances
    assert delivery.states() == ["healthy", "healthy", "unhealthy"]
    return delivery.health[new], delivery.console(new)


BAD: dict[str, tuple[Callable[[Delivery], str], str, str]] = {
    "exits": (
        lambda to: to.deploy(archive(EXITS)),
        "Target.FailedHealthChecks",
        "no database\nrun ended: exit status 3",
    ),
    "never listens": (
        lambda to: to.deploy(archive(HANGS)),
        "Target.FailedHealthChecks",
        "nothing listens on PORT",
    ),
    "answers 500": (
        lambda to: to.deploy(archive(server(status=500))),
        "Target.ResponseCodeMismatch",
        "[500]",
    ),
    "cannot be installed": (
        lambda to: to.deploy(archive(server(), install="#!/bin/sh\nexit 1\n")),
        "Target.FailedHealthChecks",
        "install ended: exit status 1",
    ),
    "is for another processor": (
        lambda to: to.deploy(archive("\x7fELF" + "\0" * 60)),
        "Target.FailedHealthChecks",
        "'run' is built for",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_release_stops_at_the_first_instance(
    delivery: Delivery, aws: EmbeddedAws, what: str
) -> None:
    deploy, reason, said = BAD[what]
    aws.limit_boots(SHORT if what in ("never listens", "answers 500") else LONG)
    digest = deploy(delivery)
    health, console = stuck(delivery)
    assert health["Reason"] == reason
    assert console.startswith(f"release {digest}: ")
    assert said in console


def test_an_archive_with_another_digest_is_not_started(delivery: Delivery) -> None:
    digest = "0" * 64
    delivery.upload(NEXT, digest)
    delivery.point(digest)
    assert f"release {digest}: sha256 does not match" in stuck(delivery)[1]


def test_a_missing_archive_is_waited_for(delivery: Delivery) -> None:
    digest = "1" * 64
    delivery.point(digest)
    said = f"release {digest}: s3://{delivery.name}/releases/{digest}.tar.gz: NoSuchKey\n"
    assert stuck(delivery)[1] == said


def test_a_pointer_to_nothing_is_told(delivery: Delivery) -> None:
    delivery.s3.put_object(Bucket=delivery.name, Key="current", Body=b"{}")
    assert "release: `current` names no release" in stuck(delivery)[1]


def test_an_instance_may_read_only_what_its_role_may(delivery: Delivery, aws: EmbeddedAws) -> None:
    delivery.deploy(NEXT)
    aws.client("iam", REGION).delete_role_policy(RoleName=delivery.name, PolicyName="releases")
    denied = f"s3://{delivery.name}/current: AccessDenied because no identity-based policy"
    assert denied in stuck(delivery)[1]


def test_a_slow_start_holds_the_refresh_up_and_no_more(delivery: Delivery) -> None:
    delivery.deploy(archive(server(wait=1)))
    delivery.refresh()
    assert eventually(lambda: "initial" in delivery.states())
    progress = delivery.progress
    assert progress["Status"] == "InProgress"
    assert "has insufficient data to evaluate its health" in progress["StatusReason"]
    assert delivery.ends("Successful")


def test_an_alarm_during_the_refresh_fails_it(delivery: Delivery, aws: EmbeddedAws) -> None:
    cloudwatch, name = aws.client("cloudwatch", REGION), unique()
    threshold: dict[str, Any] = {"Period": 60, "EvaluationPeriods": 1, "Threshold": 1}
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="web",
        MetricName="errors",
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        **threshold,
    )
    delivery.deploy(archive(server(wait=2)))
    delivery.refresh(name)
    assert eventually(lambda: "initial" in delivery.states())
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    assert delivery.progress["Status"] == "Failed"
    assert name in delivery.progress["StatusReason"]
    assert delivery.states() == ["healthy"] * 2


def test_a_bad_release_is_cancelled_and_taken_back(delivery: Delivery) -> None:
    before, first = delivery.instances, delivery.deploy(NEXT)
    delivery.deploy(archive(EXITS))
    stuck(delivery)
    delivery.scaling.cancel_instance_refresh(AutoScalingGroupName=delivery.name)
    assert delivery.ends("Cancelled")
    assert delivery.instances == before
    delivery.point(first)
    delivery.refresh()
    assert delivery.ends("Successful")
    assert not delivery.instances & before
    assert delivery.states() == ["healthy"] * 2


def test_an_empty_group_is_delivered_to_at_once_and_starts_with_the_release(
    aws: EmbeddedAws,
) -> None:
    pilot = Delivery(aws, desired=0)
    digest = pilot.deploy(GOOD)
    pilot.refresh()
    assert pilot.progress["Status"] == "Successful"
    pilot.scaling.set_desired_capacity(AutoScalingGroupName=pilot.name, DesiredCapacity=1)
    assert eventually(lambda: pilot.states() == ["healthy"]), pilot.health
    assert digest in pilot.console(min(pilot.instances))


def test_a_clone_starts_by_itself_what_is_not_known_yet(
    delivery: Delivery, aws: EmbeddedAws, tmp_path: Path
) -> None:
    delivery.deploy(archive(server(wait=1)))
    delivery.refresh()
    assert eventually(lambda: "initial" in delivery.states())
    with cloned(aws, tmp_path) as clone:
        elb = clone.aws.client("elbv2", REGION)

        def states() -> set[str]:
            found = elb.describe_target_health(TargetGroupArn=delivery.targets)
            return {one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]}

        assert "initial" in states()
        assert eventually(lambda: states() == {"healthy"})


def test_a_port_that_nobody_listens_on_is_unhealthy(delivery: Delivery) -> None:
    delivery.elb.modify_target_group(TargetGroupArn=delivery.targets, HealthCheckPort="8081")
    assert delivery.states() == ["unhealthy"] * 2
