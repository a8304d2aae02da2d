"""What takes a primary out of users' reach for a drill gives it back by itself."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.drill_probes import REGION, marks, role, schedule, template
from tests.sandbox.embedded_aws.naming import unique

pytestmark = pytest.mark.slow

SCHEDULER = "scheduler.amazonaws.com"
OPEN = "elasticloadbalancing:SetSecurityGroups"


class Balancer:
    """A load balancer with a group of its own, and another group."""

    def __init__(self, aws: EmbeddedAws) -> None:
        subnets = default_subnets(aws, REGION)[:2]
        ec2, self._elb = aws.client("ec2", REGION), aws.client("elbv2", REGION)
        vpc = {"VpcId": subnets[0]["VpcId"], "Description": "drill"}
        self.own, self.closed = (
            ec2.create_security_group(GroupName=unique(), **vpc)["GroupId"] for _ in range(2)
        )
        (made,) = self._elb.create_load_balancer(
            Name=unique(),
            Subnets=[subnet["SubnetId"] for subnet in subnets],
            SecurityGroups=[self.own],
        )["LoadBalancers"]
        self.arn: str = made["LoadBalancerArn"]

    def close(self) -> None:
        self._elb.set_security_groups(LoadBalancerArn=self.arn, SecurityGroups=[self.closed])

    @property
    def groups(self) -> list[str]:
        (found,) = self._elb.describe_load_balancers(LoadBalancerArns=[self.arn])["LoadBalancers"]
        return found["SecurityGroups"]


def scheduled(aws: EmbeddedAws) -> set[str]:
    return {one["Name"] for one in aws.client("scheduler", REGION).list_schedules()["Schedules"]}


@pytest.mark.parametrize("allowed", [True, False])
def test_a_schedule_opens_a_load_balancer_by_its_role(aws: EmbeddedAws, allowed: bool) -> None:
    balancer = Balancer(aws)
    by = role(aws, SCHEDULER, *([OPEN] if allowed else []))
    asked = schedule(by, balancer.arn, [balancer.own], 2)
    aws.client("scheduler", REGION).create_schedule(**asked)
    balancer.close()
    assert balancer.groups == [balancer.closed]
    assert asked["Name"] in scheduled(aws)
    time.sleep(2.1)
    assert balancer.groups == [balancer.own if allowed else balancer.closed]
    assert asked["Name"] not in scheduled(aws)


def refused(aws: EmbeddedAws, service: str, operation: str, asked: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        getattr(aws.client(service, REGION), operation)(**asked)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ScheduleExpression": "at(2020-01-01T00:00:00)"}, "must be in the future"),
        ({"ScheduleExpression": "at(tomorrow)"}, "Invalid Schedule Expression"),
        ({"Target": {"Input": "{}"}}, "needs LoadBalancerArn and SecurityGroups"),
        ({"Target": {"Input": "no"}}, "is not JSON"),
        ({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:x"}}, "not in correct format"),
        ({"Target": {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/x"}}, "there is no role"),
    ],
)
def test_schedules_that_are_refused(aws: EmbeddedAws, changed: dict[str, Any], said: str) -> None:
    asked = schedule(role(aws, SCHEDULER), "arn", ["sg-1"], 60)
    target = {**asked["Target"], **changed.pop("Target", {})}
    assert said in refused(
        aws, "scheduler", "create_schedule", {**asked, **changed, "Target": target}
    )


def test_a_schedule_wants_a_role_that_trusts_the_scheduler(aws: EmbeddedAws) -> None:
    asked = schedule(role(aws, "lambda.amazonaws.com"), "arn", ["sg-1"], 60)
    assert "does not trust" in refused(aws, "scheduler", "create_schedule", asked)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"duration": "PT721M", "scope": "vpc"}, "duration PT721M"),
        ({"duration": "15", "scope": "vpc"}, "duration 15"),
        ({"duration": "PT5M", "scope": "everything"}, "scope everything"),
    ],
)
def test_templates_that_are_refused(
    aws: EmbeddedAws, parameters: dict[str, str], said: str
) -> None:
    asked = template(aws, "subnet-1")
    asked["actions"]["cut_off"]["parameters"] = parameters
    assert said in refused(aws, "fis", "create_experiment_template", asked)


def test_a_template_wants_a_role_that_trusts_fis(aws: EmbeddedAws) -> None:
    asked = template(aws, "subnet-1", roleArn=role(aws, SCHEDULER))
    assert "does not trust" in refused(aws, "fis", "create_experiment_template", asked)


def test_an_alarm_ends_an_experiment_and_keeps_others_from_starting(aws: EmbeddedAws) -> None:
    subnet, name = default_subnets(aws, REGION)[1]["SubnetId"], unique()
    cloudwatch, fis = aws.client("cloudwatch", REGION), aws.client("fis", REGION)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="own",
        MetricName="own",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    alarm = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
    asked = template(
        aws, subnet, stopConditions=[{"source": "aws:cloudwatch:alarm", "value": alarm}]
    )
    made = fis.create_experiment_template(**asked)["experimentTemplate"]["id"]
    begun = fis.start_experiment(clientToken=unique(), experimentTemplateId=made)["experiment"]
    assert marks(aws, subnet)
    cloudwatch.set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="the standby is lost"
    )
    assert fis.get_experiment(id=begun["id"])["experiment"]["state"]["status"] == "stopped"
    assert not marks(aws, subnet)
    again = {"clientToken": unique(), "experimentTemplateId": made}
    assert f"The stop condition {name} is in alarm" in refused(
        aws, "fis", "start_experiment", again
    )
