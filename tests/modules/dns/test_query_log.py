"""The log of the zone's DNS queries."""

import json

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.route53_query_log import Route53QueryLog

from tests.conftest import Synthesised
from tests.synthesis import Stacks, example

KINDS = (CloudwatchLogGroup, CloudwatchLogResourcePolicy, Route53QueryLog)
ZONE_ID = "${data.aws_route53_zone.zone.zone_id}"
ACCOUNT = "${data.aws_caller_identity.account.account_id}"


def test_the_zones_queries_are_logged(deployment: Synthesised) -> None:
    stack, environment = deployment.stacks["global"], deployment.environment
    assert stack.has(
        Route53QueryLog,
        zone_id=ZONE_ID,
        cloudwatch_log_group_arn="${aws_cloudwatch_log_group.queries_log.arn}",
        depends_on=["aws_cloudwatch_log_resource_policy.queries_log_policy"],
    )
    assert stack.has(
        CloudwatchLogGroup,
        name=f"/aws/route53/{environment.dns.zone}",
        retention_in_days=environment.logs.days,
        kms_key_id="${aws_kms_key.key.arn}",
    )


def test_route_53_writes_it_for_this_zone_alone(deployment: Synthesised) -> None:
    policy = deployment.stacks["global"].only(CloudwatchLogResourcePolicy)
    assert policy["policy_name"] == f"{deployment.environment.name}-dns-queries"
    (statement,) = json.loads(policy["policy_document"])["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "${aws_cloudwatch_log_group.queries_log.arn}:*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:route53:::hostedzone/{ZONE_ID}"},
        },
    }


def test_it_is_in_us_east_1_wherever_the_stack_is(
    mission: Synthesised, staging: Synthesised
) -> None:
    """Also without a switch and a control."""
    for kind in KINDS:
        assert "provider" not in staging.stacks["global"].only(kind)
        assert mission.stacks["global"].only(kind)["provider"] == "aws.metrics"
    state = mission.environment.state
    moved = state.model_copy(
        update={"global_": state.global_.model_copy(update={"region": "eu-west-3"})}
    )
    failover = mission.environment.failover.model_copy(
        update={"failback": "automatic", "activation": False}
    )
    environment = mission.environment.model_copy(update={"state": moved, "failover": failover})
    stack = Stacks(environment)["global"]
    regions = {one.get("alias"): one["region"] for one in stack.json["provider"]["aws"]}
    assert regions == {None: "eu-west-3", "metrics": "us-east-1"}
    for kind in (*KINDS, KmsKey):
        assert stack.only(kind)["provider"] == "aws.metrics"


def test_where_the_zone_has_a_log_there_is_no_other() -> None:
    mission = example("mission")
    dns = mission.dns.model_copy(update={"query_logs": False})
    stack = Stacks(mission.model_copy(update={"dns": dns}))["global"]
    for kind in KINDS:
        assert not stack.resources(kind)
