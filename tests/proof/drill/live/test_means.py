"""What takes the primary away, on an embedded AWS: made, undone, repeated, and left half done."""

import calendar
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest

from environments import Environment
from environments.drill import Drill
from proof.drill.live.closing import SCHEDULE, Closing
from proof.drill.live.experiment import CuttingOff
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.drill_probes import REGION, role, template
from tests.sandbox.embedded_aws.naming import unique
from tests.synthesis import example

pytestmark = pytest.mark.slow

TRUSTS_NOBODY_HERE = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


@dataclass
class Made:
    """A load balancer, and what the stacks make for drills."""

    aws: EmbeddedAws
    environment: Environment
    own: str
    closed: str

    @property
    def groups(self) -> list[str]:
        name = self.environment.primary.load_balancer
        elb = self.aws.client("elbv2", REGION)
        (found,) = elb.describe_load_balancers(Names=[name])["LoadBalancers"]
        return found["SecurityGroups"]

    @property
    def closing(self) -> Closing:
        return Closing(self.environment, self.aws.client)

    def scheduled(self) -> dict[str, Any]:
        scheduler = self.aws.client("scheduler", REGION)
        return scheduler.get_schedule(GroupName=self.environment.drills, Name=SCHEDULE)


@pytest.fixture
def made(aws: EmbeddedAws) -> Made:
    """In a deployment of its own."""
    name = unique()[:20]
    primary = example("mission").primary.model_copy(
        update={"region": REGION, "load_balancer": name}
    )
    environment = example("mission").model_copy(
        update={"name": name, "primary": primary, "drill": Drill(live=True)}
    )
    subnets, ec2 = default_subnets(aws, REGION)[:2], aws.client("ec2", REGION)
    own, closed = (
        ec2.create_security_group(
            GroupName=unique(),
            Description="drill",
            VpcId=subnets[0]["VpcId"],
            TagSpecifications=[
                {
                    "ResourceType": "security-group",
                    "Tags": [{"Key": "Name", "Value": f"{environment.drills}-{which}"}],
                }
            ],
        )["GroupId"]
        for which in ("own", "closed")
    )
    aws.client("elbv2", REGION).create_load_balancer(
        Name=name, Subnets=[one["SubnetId"] for one in subnets], SecurityGroups=[own]
    )
    aws.client("scheduler", REGION).create_schedule_group(Name=environment.drills)
    trusting = role(aws, "scheduler.amazonaws.com", "elasticloadbalancing:SetSecurityGroups")
    iam = aws.client("iam", REGION)
    document = iam.get_role(RoleName=trusting.rpartition("/")[2])["Role"]
    iam.create_role(
        RoleName=environment.drills,
        AssumeRolePolicyDocument=json.dumps(document["AssumeRolePolicyDocument"]),
    )
    return Made(aws, environment, own, closed)


def test_it_is_closed_and_opened(made: Made) -> None:
    made.closing.check()
    made.closing.begin()
    assert made.groups == [made.closed]
    made.closing.end()
    assert made.groups == [made.own]
    made.closing.end()  # does nothing
    made.closing.check()


def test_another_drill_waits_and_anybody_ends_the_first(made: Made) -> None:
    made.closing.begin()
    with pytest.raises(OperationError, match="a drill is under way"):
        made.closing.check()
    with pytest.raises(OperationError, match="cannot be made, so it stays open"):
        made.closing.begin()
    made.closing.end()
    assert made.groups == [made.own]


def test_without_a_schedule_nothing_is_closed(made: Made) -> None:
    made.aws.client("iam", REGION).update_assume_role_policy(
        RoleName=made.environment.drills,
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [TRUSTS_NOBODY_HERE]}),
    )
    with pytest.raises(OperationError, match="so it stays open"):
        made.closing.begin()
    assert made.groups == [made.own]


def test_what_is_closed_without_a_schedule_is_told(made: Made) -> None:
    made.closing.begin()
    made.aws.client("scheduler", REGION).delete_schedule(
        GroupName=made.environment.drills, Name=SCHEDULE
    )
    with pytest.raises(OperationError, match="lets nobody in, and no schedule to open it"):
        made.closing.check()


def test_the_schedule_knows_the_groups_and_when(made: Made) -> None:
    before = time.time()
    made.closing.begin()
    schedule = made.scheduled()
    assert made.own in schedule["Target"]["Input"]
    assert schedule["ActionAfterCompletion"] == "DELETE"
    due = time.strptime(schedule["ScheduleExpression"], "at(%Y-%m-%dT%H:%M:%S)")
    assert 14 * 60 < calendar.timegm(due) - before <= 15 * 60 + 30
    made.closing.end()


def test_an_experiment_is_started_and_stopped(aws: EmbeddedAws) -> None:
    primary = example("mission").primary.model_copy(update={"region": REGION})
    environment = example("mission").model_copy(
        update={
            "name": unique()[:20],
            "primary": primary,
            "drill": Drill(live=True, fis=True),
        }
    )
    means = CuttingOff(environment, aws.client, sleep=lambda _: None)
    with pytest.raises(OperationError, match="there is no single experiment template"):
        means.check()
    subnet = default_subnets(aws, REGION)[1]["SubnetId"]
    asked = template(aws, subnet, tags={"Name": environment.drills})
    aws.client("fis", REGION).create_experiment_template(**asked)
    means.check()
    means.begin()
    with pytest.raises(OperationError, match="a drill is under way"):
        means.check()
    means.end()
    means.check()
    means.end()  # does nothing
