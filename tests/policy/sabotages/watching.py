"""Violations of the rules on alarms and regions."""

from policy.rules import alarms, regions
from tests.policy.sabotages.rule_sabotage import violates
from tests.sabotage import (
    Edit,
    Stacks,
    gone,
    put,
    resources,
    statements,
    without_action,
    without_condition,
)

ALARM, TOPIC, KEY = "aws_cloudwatch_metric_alarm", "aws_sns_topic", "aws_kms_key"
ENDPOINT_ALARM = f"{ALARM}.primary_endpoint_alarm"


def endpoint_alarm_in_the_primarys_region(stacks: Stacks) -> None:
    alarm = resources(stacks, "global", ALARM).pop("primary_endpoint_alarm")
    alarm.pop("provider", None)
    resources(stacks, "primary", ALARM)["endpoint"] = alarm


def two_alarms_of_one_name(stacks: Stacks) -> None:
    first, second, *_ = resources(stacks, "dr", ALARM).values()
    second["alarm_name"] = first["alarm_name"]


def anybody_publishes(stacks: Stacks) -> None:
    statements(
        "primary",
        "aws_sns_topic_policy",
        lambda found: found.append(
            {"Effect": "Allow", "Action": "sns:Publish", "Principal": "*", "Resource": "*"}
        ),
    )(stacks)


def provider_of(stack: str, region: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        stacks[stack]["provider"]["aws"].append({"alias": "other", "region": region})

    return apply


def backend(stack: str, **changes: object) -> Edit:
    def apply(stacks: Stacks) -> None:
        stacks[stack]["terraform"]["backend"]["s3"].update(changes)

    return apply


def data(stack: str, kind: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        stacks[stack].setdefault("data", {})[kind] = {"primary": {}}

    return apply


def cross_stack_output(stacks: Stacks) -> None:
    stacks["primary"]["output"]["cross-stack-output-aws_lbload_balancerarn"] = {"value": "x"}


ELSEWHERE = (
    ("a zone", "aws_vpc", "zone", "us-east-1a"),
    ("an ARN", "aws_vpc", "peer", "arn:aws:sns:us-east-1:111122223333:alerts"),
    ("a service", "aws_vpc_endpoint.s3_endpoint", "service_name", "com.amazonaws.us-east-1.s3"),
    ("a host", "aws_vpc", "host", "alerts.s3.us-east-1.amazonaws.com"),
    ("a bucket", "aws_vpc", "bucket", "arn:aws:s3:::awspractice-space-state-dr-switch/*"),
    ("a region", "aws_vpc", "region", "us-east-1"),
    ("the other name", "aws_vpc", "standby", "us-east-1.awspractice.space"),
)

SABOTAGES = (
    violates(
        alarms.alarm_has_an_action,
        "an alarm without an action",
        put("dr", ALARM, "alarm_actions", []),
    ),
    violates(
        alarms.alarm_has_an_action,
        "an alarm whose actions are disabled",
        put("primary", ALARM, "actions_enabled", False),
    ),
    violates(
        alarms.alarm_acts_in_its_own_region,
        "an alarm that tells another region",
        put(
            "global", ENDPOINT_ALARM, "alarm_actions", ["arn:aws:sns:eu-west-1:111122223333:alerts"]
        ),
    ),
    violates(
        alarms.alarm_acts_in_its_own_region,
        "an alarm that tells a topic of no stack",
        put("global", ENDPOINT_ALARM, "ok_actions", ["${aws_sns_topic.gone.arn}"]),
    ),
    violates(
        alarms.route53_alarm_is_where_its_metrics_are,
        "an alarm on a health check, elsewhere",
        endpoint_alarm_in_the_primarys_region,
    ),
    violates(
        alarms.alarm_says_what_no_data_mean,
        "an alarm that leaves it to AWS",
        put("primary", ALARM, "treat_missing_data", None),
    ),
    violates(
        alarms.alarms_have_names_of_their_own, "two alarms of one name", two_alarms_of_one_name
    ),
    violates(
        alarms.topic_has_a_key_of_ours,
        "a topic with AWS's key",
        put("primary", TOPIC, "kms_master_key_id", "alias/aws/sns"),
    ),
    violates(
        alarms.topics_key_lets_cloudwatch_use_it,
        "a key that CloudWatch may not use",
        statements("dr", KEY, without_action("kms:GenerateDataKey*")),
    ),
    violates(
        alarms.topic_lets_cloudwatch_publish,
        "a topic that CloudWatch may not tell",
        gone("primary", "aws_sns_topic_policy"),
    ),
    violates(
        alarms.topic_listens_to_this_account_alone,
        "a topic for any account's alarms",
        statements("dr", "aws_sns_topic_policy", without_condition("aws:SourceAccount")),
    ),
    violates(alarms.topic_listens_to_this_account_alone, "a topic for anybody", anybody_publishes),
    violates(
        alarms.topic_has_a_subscriber,
        "a topic that nobody hears",
        gone("primary", "aws_sns_topic_subscription"),
    ),
    violates(
        alarms.key_is_renewed,
        "a key for ever",
        put("primary", KEY, "enable_key_rotation", False),
    ),
    violates(
        alarms.event_reaches_its_function,
        "a rule that may not call the function",
        gone("dr", "aws_lambda_permission.control_alarm_permission"),
    ),
    *(
        violates(regions.regional_stack_names_no_other_region, what, put("primary", *where))
        for what, *where in ELSEWHERE
    ),
    violates(
        regions.regional_stack_names_no_other_region,
        "the standby names the primary's region",
        put("dr", "aws_lambda_function.control", "environment.variables.PRIMARY", "ap-south-1"),
    ),
    violates(
        regions.stack_works_in_its_own_regions,
        "a regional stack with a provider of another",
        provider_of("dr", "ap-south-1"),
    ),
    violates(
        regions.state_is_where_the_environment_says,
        "the standby's state in the primary's region",
        backend("dr", region="ap-south-1"),
    ),
    violates(
        regions.state_is_where_the_environment_says,
        "two stacks of one state",
        backend("global", bucket="awspractice-space-state-dr"),
    ),
    violates(
        regions.state_is_where_the_environment_says,
        "a state without a lock",
        backend("primary", use_lockfile=False),
    ),
    violates(
        regions.bucket_is_in_the_region_it_serves,
        "the standby's state bucket in the primary's region",
        put("bootstrap", "aws_s3_bucket.dr_state", "provider", "aws.ap-south-1"),
    ),
    violates(
        regions.no_stack_reads_another,
        "a stack that reads another's state",
        data("global", "terraform_remote_state"),
    ),
    violates(regions.no_stack_reads_another, "an output for another stack", cross_stack_output),
    violates(
        regions.plan_looks_little_up,
        "zones that are looked up",
        data("primary", "aws_availability_zones"),
    ),
    violates(
        regions.account_wide_names_are_unique,
        "one role's name in two regions",
        put("dr", "aws_iam_role.instance_role", "name", "awspractice-ap-south-1-instance"),
    ),
)
