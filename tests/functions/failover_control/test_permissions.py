"""The function's role allows what the function calls, and nothing that it does not call."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from botocore.exceptions import ClientError
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.place import NOT_BEFORE, SET_KEY
from modules.failover_control.control import permissions
from modules.failover_control.permissions import on_dead_letters
from operations.embedded_aws.permissions.conditions import pattern
from tests.conftest import Synthesised
from tests.functions.failover_control.role import NAME, QUEUE, FunctionsRole
from tests.functions.failover_control.world import REGION, World, deployed
from tests.synthesis import example

# Every function writes its log: CreateLogStream and PutLogEvents.
LOGS_OWN = 2


@cache
def grants() -> int:
    """How many permissions the role has."""
    statements = [*permissions(example("mission")), *on_dead_letters("queue")]
    return LOGS_OWN + sum(len(statement["Action"]) for statement in statements)


@pytest.fixture(scope="module")
def at_work(aws: None, mission_role: Callable[[World], FunctionsRole]) -> FunctionsRole:  # noqa: ARG001
    """The role, after all that the function ever does, and Lambda for it."""
    with deployed() as world:
        world.role = role = mission_role(world)
        world.add_group()
        world.control().act(Health.HEALTHY)
        world.fail()
        # In either place alike: what one has missed, it learns of the other.
        for place in world.places:
            place.s3.delete_object(Bucket=place.bucket, Key=SET_KEY)
            world.control().act(Health.HEALTHY)
        world.places[0].put_cleared("", {NOT_BEFORE: datetime.now(UTC) + timedelta(hours=1)})
        world.control().act(Health.HEALTHY)
        assert world.marks == [False, False]
        world.control(later=REST_AFTER + timedelta(hours=2)).act(Health.HEALTHY)
        assert world.size == 2
    log = {"logGroupName": f"/aws/lambda/{NAME}", "logStreamName": "2026/[1]"}
    role.check("logs", "CreateLogStream", REGION, **log)
    role.check("logs", "PutLogEvents", REGION, **log)
    role.check("sqs", "SendMessage", REGION, QueueUrl=f"https://sqs/1/{QUEUE}")
    return role


def test_the_role_suffices(at_work: FunctionsRole) -> None:
    assert not at_work.refused
    assert len(at_work.grants) == grants()


@pytest.mark.parametrize("number", range(grants()))
def test_without_one_permission_that_alone_is_refused(at_work: FunctionsRole, number: int) -> None:
    action, resource = at_work.grants[number]
    fewer = at_work.without((action, resource))
    refused = [need for need in at_work.asked if fewer.refuses(need)]
    assert refused, f"nothing needs {action} on {resource}"
    for need in refused:
        assert need.action == action
        assert pattern(resource).fullmatch(need.resource)


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
    policy = json.loads(deployment.stacks["dr"].only(IamRolePolicy)["policy"])
    for statement in policy["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            (action,) = statement["Action"]
            assert action in {"cloudwatch:PutMetricData", "autoscaling:DescribeAutoScalingGroups"}
    (metrics,) = [s for s in policy["Statement"] if "cloudwatch:PutMetricData" in s["Action"]]
    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Failover"}}
