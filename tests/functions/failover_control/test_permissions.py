"""The function's role allows what the function calls, and nothing that it does not call."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.handler import PATIENCE
from functions.failover_control.place import NOT_BEFORE, SET_KEY
from tests.conftest import Synthesised
from tests.functions.failover_control.world import REGION, THIRD, World, client_of_a_region

# Without it S3 answers 403, not 404, for an object that is not there; and what Lambda itself does
# with the function's role.
NOT_CALLED = {"s3:ListBucket", "logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
# IAM's names where they are not the call's.
ACTIONS = {"s3:HeadObject": "s3:GetObject", "monitoring:PutMetricData": "cloudwatch:PutMetricData"}
Grant = tuple[str, str]


@pytest.fixture
def called(world: World) -> Iterator[set[Grant]]:
    """What the function calls, and on what; not what the test itself does."""
    calls: set[Grant] = set()

    def record(params: dict[str, Any], model: Any, **_: object) -> None:
        service = model.service_model.signing_name
        asked = f"{service}:{model.name}"
        on = params.get("Key") or params.get("AutoScalingGroupName") or "*"
        third = params.get("Bucket") == world.places[1].bucket
        calls.add((ACTIONS.get(asked, asked), f"third/{on}" if third else on))

    services = [(service, REGION) for service in ("s3", "cloudwatch", "autoscaling")]
    clients = [client_of_a_region(*one, PATIENCE) for one in (*services, ("s3", THIRD))]
    for each in clients:
        each.meta.events.register("provide-client-params", record)
    yield calls
    for each in clients:
        each.meta.events.unregister("provide-client-params", record)
    assert world.calls


def allowed(deployment: Synthesised, world: World) -> set[Grant]:
    policy = deployment.stacks["dr"].only(IamRolePolicy)["policy"]
    group = f":autoScalingGroupName/{deployment.environment.dr.auto_scaling_group}"
    grants: set[Grant] = set()
    for statement in json.loads(policy)["Statement"]:
        assert statement["Effect"] == "Allow"
        resource = statement["Resource"]
        if resource.endswith(group):
            resource = world.name
        third = deployment.environment.switch_places[1].bucket in resource
        on = ("third/" if third else "") + resource.rpartition("/")[2]
        grants |= {(action, on) for action in statement["Action"]}
    return {grant for grant in grants if grant[0] not in NOT_CALLED}


def test_it_may_do_what_it_does(world: World, called: set[Grant], mission: Synthesised) -> None:
    """In either place alike: what one has missed, it learns of the other."""
    world.add_group()
    world.control().act(Health.HEALTHY)
    world.fail()
    for place in world.places:
        place.s3.delete_object(Bucket=place.bucket, Key=SET_KEY)
        world.control().act(Health.HEALTHY)
    world.places[0].put_cleared("", {NOT_BEFORE: datetime.now(UTC) + timedelta(hours=1)})
    world.control().act(Health.HEALTHY)
    assert world.marks == [False, False]
    world.control(later=REST_AFTER + timedelta(hours=2)).act(Health.HEALTHY)
    assert called == allowed(mission, world)


def test_no_action_is_a_wildcard(deployment: Synthesised) -> None:
    policy = json.loads(deployment.stacks["dr"].only(IamRolePolicy)["policy"])
    for statement in policy["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            (action,) = statement["Action"]
            assert action in {"cloudwatch:PutMetricData", "autoscaling:DescribeAutoScalingGroups"}
    (metrics,) = [s for s in policy["Statement"] if "cloudwatch:PutMetricData" in s["Action"]]
    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Failover"}}
