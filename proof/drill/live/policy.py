"""The least policy for `failover drill --live`, besides what failing back takes."""

from collections.abc import Iterator

from environments import Environment
from modules.iam import allow
from operations.policies import Statement, formatted
from proof.drill.live.closing import SCHEDULE
from proof.drill.live.evidence import LAST_DRILL


def document(environment: Environment) -> str:
    """The policy as JSON, formatted for people."""
    return formatted(statements(environment))


def statements(environment: Environment) -> list[Statement]:
    """What a drill calls, and nothing more. The ARNs name no account, as a policy grants nothing in
    others."""
    means = _experiments if environment.drill.fis else _closing
    note = f"arn:aws:s3:::{environment.switch_bucket}/{LAST_DRILL}"
    return [*means(environment), allow("s3:PutObject", on=note)]


def _closing(environment: Environment) -> Iterator[Statement]:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    and .../list_amazoneventbridgescheduler.html"""
    primary = environment.primary
    balancer = f"loadbalancer/app/{primary.load_balancer}/*"
    role = f"arn:aws:iam::*:role/{environment.drills}"
    schedule = f"arn:aws:scheduler:{primary.region}:*:schedule/{environment.drills}/{SCHEDULE}"
    yield allow(
        "elasticloadbalancing:SetSecurityGroups",
        on=f"arn:aws:elasticloadbalancing:{primary.region}:*:{balancer}",
    )
    yield allow("ec2:DescribeSecurityGroups", "elasticloadbalancing:DescribeLoadBalancers", on="*")
    yield allow(
        "scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule", on=schedule
    )
    yield allow("iam:GetRole", on=role)
    passed = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    yield allow("iam:PassRole", on=role, condition=passed)


def _experiments(environment: Environment) -> Iterator[Statement]:
    """IDs of experiments and templates are AWS's own. Whoever starts an account's first experiment
    creates the service-linked role:
    https://docs.aws.amazon.com/fis/latest/userguide/using-service-linked-roles.html"""
    here = f"arn:aws:fis:{environment.primary.region}:*"
    experiments = f"{here}:experiment/*"
    yield allow("fis:ListExperimentTemplates", "fis:ListExperiments", on="*")
    yield allow("fis:StartExperiment", on=[f"{here}:experiment-template/*", experiments])
    yield allow("fis:GetExperiment", "fis:StopExperiment", on=experiments)
    own = "arn:aws:iam::*:role/aws-service-role/fis.amazonaws.com/AWSServiceRoleForFIS"
    named = {"StringEquals": {"iam:AWSServiceName": "fis.amazonaws.com"}}
    yield allow("iam:CreateServiceLinkedRole", on=own, condition=named)
