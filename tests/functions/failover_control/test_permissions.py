"""The function's role allows exactly what the function calls."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest
from botocore.exceptions import ClientError
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from functions.failover_control.agreed import SET_KEY
from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.switch import Switch
from modules.failover_control.control import permissions
from sandbox.embedded_aws.permissions.conditions import pattern
from tests.arc import Cluster
from tests.conftest import Synthesised
from tests.functions.failover_control.role import (
    NAME,
    QUEUE,
    FunctionsRole,
    environment_of,
    role_of,
)
from tests.functions.failover_control.world import REGION, World, deployed

# Every function's: CreateLogStream and PutLogEvents, and SendMessage to the queue.
LAMBDAS_OWN = 3
KINDS = ("manual", "automatic", "routing control")


@cache
def grants(kind: str) -> int:
    """How many permissions the function's code needs."""
    return sum(len(statement["Action"]) for statement in permissions(environment_of(kind)))


@pytest.fixture(scope="module")
def at_work(
    aws: None,  # noqa: ARG001
    mission_role: Callable[[World], FunctionsRole],
) -> Callable[[str], FunctionsRole]:
    """The role of one kind, after everything that the function ever does."""

    @cache
    def worked(kind: str) -> FunctionsRole:
        with deployed() as world:
            world.add_group()
            if kind == "manual":
                world.role = role = mission_role(world)
                _failed_over_and_back(world)
                _by_lambda(role)
                return role
            buckets = [place.bucket for place in world.places]
            world.role = role = role_of(
                environment_of(kind), buckets=buckets, group=world.name, region=REGION
            )
            if kind == "automatic":
                world.environ.setenv("FAILBACK", "automatic")
                _woken_and_rested(world)
            else:
                with Cluster().answering() as cluster:
                    world.follows(cluster)
                    cluster.reads("On", times=3)
                    cluster.turns("Off")
                    cluster.reads("On")
                    _woken_and_rested(world)
            return role

    return worked


def _failed_over_and_back(world: World) -> None:
    """Everything that follows from the switch's objects, apart from a failure."""
    world.control().act(Health.HEALTHY)
    world.fail()
    # In both places: each learns from the other what it missed.
    for place in world.places:
        place.s3.delete_object(Bucket=place.bucket, Key=SET_KEY)
        world.control().act(Health.HEALTHY)
    control = world.control(later=timedelta(minutes=1))
    world.places[0].put_cleared("", {})
    control.act(Health.HEALTHY)
    assert world.marks == [False, False]
    world.control(later=REST_AFTER + timedelta(hours=2)).act(Health.HEALTHY)
    assert world.size == 2


def _woken_and_rested(world: World) -> None:
    """A calm day, a failure, and the standby's rest long after."""
    world.control().act(Health.HEALTHY)
    world.fail()
    world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert world.size == 2


def _by_lambda(role: FunctionsRole) -> None:
    """What Lambda itself does under the function's role."""
    log = {"logGroupName": f"/aws/lambda/{NAME}", "logStreamName": "2026/[1]"}
    role.check("logs", "CreateLogStream", REGION, **log)
    role.check("logs", "PutLogEvents", REGION, **log)
    role.check("sqs", "SendMessage", REGION, QueueUrl=f"https://sqs/1/{QUEUE}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_role_suffices(at_work: Callable[[str], FunctionsRole], kind: str) -> None:
    role = at_work(kind)
    assert not role.refused
    lambdas = LAMBDAS_OWN if kind == "manual" else 0  # the emitted role includes Lambda's part
    assert len(role.grants) == len(set(role.grants)) == grants(kind) + lambdas


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *(("manual", number) for number in range(grants("manual") + LAMBDAS_OWN)),
        *((kind, number) for kind in KINDS[1:] for number in range(grants(kind))),
    ],
)
def test_without_one_permission_that_alone_is_refused(
    at_work: Callable[[str], FunctionsRole], kind: str, number: int
) -> None:
    role = at_work(kind)
    action, resource = role.grants[number]
    fewer = role.without((action, resource))
    refused = [need for need in role.asked if fewer.refuses(need)]
    assert refused, f"nothing needs {action} on {resource}"
    for need in refused:
        assert need.action == action
        assert pattern(resource).fullmatch(need.resource)


def test_it_deletes_the_switchs_object_by_its_etag_alone(world: World) -> None:
    """A delete without an ETag could remove a mark set just now: a failback that nobody asked
    for."""
    world.operator.set(by="ana", reason="a drill")
    switch = world.control().switch
    assert isinstance(switch, Switch)
    for place in switch._places:
        with pytest.raises(ClientError, match="AccessDenied"):
            place.s3.delete_object(Bucket=place.bucket, Key=SET_KEY)
    assert world.role is not None
    assert {need.action for need in world.role.refused} == {"s3:DeleteObject"}
    world.role.refused.clear()
    assert world.marks == [True, True]


def test_what_is_refused_keeps_nothing_else_from_being_done(world: World) -> None:
    group = world.add_group(2, awake=4).group
    whole = world.role
    assert whole is not None
    (grant,) = [each for each in whole.grants if each[0] == "autoscaling:SetDesiredCapacity"]
    world.role = whole.without(grant)
    control = world.control()
    for _ in range(2):
        with pytest.RaisesGroup(pytest.RaisesExc(ClientError, match=f"{grant[0]} on .*{group}")):
            control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert world.marks == [True, True]
    assert (world.size, world.guarded) == (2, 2)
    assert {need.action for need in world.role.refused} == {grant[0]}


def test_no_action_is_a_wildcard(deployment: Synthesised) -> None:
    policy = json.loads(
        deployment.stacks["dr"].resources(IamRolePolicy)["control_policy"]["policy"]
    )
    for statement in policy["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            (action,) = statement["Action"]
            assert action in {"cloudwatch:PutMetricData", "autoscaling:DescribeAutoScalingGroups"}
    (metrics,) = [s for s in policy["Statement"] if "cloudwatch:PutMetricData" in s["Action"]]
    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Failover"}}
