"""Alarms, and the topics that notify people."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from emitted import Deployment, Resource, blocks, references, texts
from modules.regions import GLOBAL_METRICS_REGION
from policy.documents import allows, services
from policy.finding import Finding
from policy.rule import error, warning

ALARMS = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
CLOUDWATCH = "cloudwatch.amazonaws.com"
ACTIONS = ("alarm_actions", "ok_actions", "insufficient_data_actions")
# Namespaces whose metrics exist only in GLOBAL_METRICS_REGION.
GLOBAL_NAMESPACES = ("AWS/Route53",)
ARN_REGION = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]+):")


def topics(deployment: Deployment) -> Iterator[Resource]:
    return deployment.resources("aws_sns_topic")


def _statements(deployment: Deployment, topic: Resource) -> list[dict[str, object]]:
    policies = deployment.naming("aws_sns_topic_policy", "arn", topic)
    return [dict(statement) for one in (*policies, topic) for statement in one.statements()]


@error
def alarm_has_an_action(deployment: Deployment) -> Iterator[Finding]:
    """Every alarm does something when it goes off.

    An alarm without an action is a line in a console that nobody looks at.
    [Alarm actions](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html)
    """
    for alarm in deployment.resources(*ALARMS):
        if not alarm.get("alarm_actions"):
            yield Finding.of(alarm, "no action", "alarm_actions")
        elif alarm.get("actions_enabled") is False:
            yield Finding.of(alarm, "its actions are disabled", "actions_enabled = true")


@error
def alarm_acts_in_its_own_region(deployment: Deployment) -> Iterator[Finding]:
    """An alarm's actions name what is in the alarm's own region, and is there.

    CloudWatch publishes to no topic of another region; and in a lost one it would be unheard.
    [PutMetricAlarm](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html)
    """
    for alarm in deployment.resources(*ALARMS):
        for action in {text for field in ACTIONS for text in texts(alarm.get(field))}:
            arn = ARN_REGION.match(action)
            target = deployment.named(alarm, action)
            region = arn[1] if arn else target.region if target else None
            if region != alarm.region:
                yield Finding.of(alarm, f"{action} is in {region or 'no stack'}", alarm.region)


@error
def route53_alarm_is_where_its_metrics_are(deployment: Deployment) -> Iterator[Finding]:
    """An alarm on Route 53's metrics is in us-east-1.

    They are nowhere else: elsewhere the alarm has no data, and never goes off.
    [Monitoring health checks](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html)
    """
    for alarm in deployment.resources("aws_cloudwatch_metric_alarm"):
        queries = [one.get("metric") for one in blocks(alarm.get("metric_query"))]
        namespaces = {metric.get("namespace") for query in queries for metric in blocks(query)}
        namespaces.add(alarm.get("namespace"))
        if namespaces & set(GLOBAL_NAMESPACES) and alarm.region != GLOBAL_METRICS_REGION:
            yield Finding.of(alarm, f"is in {alarm.region}", GLOBAL_METRICS_REGION)


@error
def alarm_says_what_no_data_mean(deployment: Deployment) -> Iterator[Finding]:
    """Every alarm on a metric says what it makes of missing data; of a third state, it tells.

    AWS's default, INSUFFICIENT_DATA, tells nobody: neither that it is well nor that it is not.
    [Missing data](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html)
    """
    for alarm in deployment.resources("aws_cloudwatch_metric_alarm"):
        missing = alarm.get("treat_missing_data")
        told = missing == "missing" and alarm.get("insufficient_data_actions")
        if missing not in ("breaching", "notBreaching", "ignore") and not told:
            yield Finding.of(alarm, "treat_missing_data is AWS's default", "a decision")


@error
def alarms_have_names_of_their_own(deployment: Deployment) -> Iterator[Finding]:
    """No two alarms of a region have the same name.

    CloudWatch takes the second for a change of the first, and one of the two is gone.
    [PutMetricAlarm](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html)
    """
    seen: set[tuple[str, str]] = set()
    for alarm in deployment.resources(*ALARMS):
        name = (alarm.region, alarm.get("alarm_name"))
        if name in seen:
            yield Finding.of(alarm, f"another is called {name[1]}", "a name of its own")
        seen.add(name)


@error
def topic_has_a_key_of_ours(deployment: Deployment) -> Iterator[Finding]:
    """Every topic is encrypted with a key of its own stack.

    CloudWatch cannot publish to one with AWS's key, whose policy nobody may change.
    [Alarms and encrypted topics](https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns)
    """
    for topic in topics(deployment):
        key = deployment.named(topic, topic.get("kms_master_key_id"))
        if key is None or not key.address.startswith(("aws_kms_key.", "aws_kms_alias.")):
            yield Finding.of(
                topic, f"its key is {topic.get('kms_master_key_id')}", "an aws_kms_key"
            )


@error
def topics_key_lets_cloudwatch_use_it(deployment: Deployment) -> Iterator[Finding]:
    """The policy of a topic's key lets CloudWatch decrypt and make data keys.

    Otherwise every alarm's message is dropped, and the alarm's history alone says so.
    [Key management](https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html)
    """
    for topic in topics(deployment):
        key = deployment.named(topic, topic.get("kms_master_key_id"))
        if key and key.address.startswith("aws_kms_alias."):
            key = deployment.named(key, key.get("target_key_id"))
        if key is None:
            continue
        for action in ("kms:Decrypt", "kms:GenerateDataKey"):
            if not allows(key.statements(), action, CLOUDWATCH):
                yield Finding.of(key, f"CloudWatch has no {action}", f"{action} for {CLOUDWATCH}")


@error
def topic_lets_cloudwatch_publish(deployment: Deployment) -> Iterator[Finding]:
    """Every topic that alarms name lets CloudWatch publish.

    A topic with a policy of its own has none of AWS's default, which lets the account's alarms in.
    [SNS access policies](https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html)
    """
    for topic in topics(deployment):
        if not allows(_statements(deployment, topic), "sns:Publish", CLOUDWATCH):
            yield Finding.of(topic, "CloudWatch may not publish", f"sns:Publish for {CLOUDWATCH}")


@error
def topic_listens_to_this_account_alone(deployment: Deployment) -> Iterator[Finding]:
    """A service may publish to a topic for this account alone.

    A service acts for every account: without the condition, a stranger's alarm speaks for us.
    [Confused deputy](https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html)
    """
    for topic in topics(deployment):
        for statement in _statements(deployment, topic):
            if statement.get("Effect") != "Allow":
                continue
            condition = str(statement.get("Condition", ""))
            if services(statement) and "aws:SourceAccount" not in condition:
                yield Finding.of(topic, "a service may, for any account", "aws:SourceAccount")
            elif statement.get("Principal") in ("*", {"AWS": "*"}) and not condition:
                yield Finding.of(topic, "anybody may", "a service, for this account")


@warning
def topic_has_a_subscriber(deployment: Deployment) -> Iterator[Finding]:
    """Somebody listens to every topic.

    `alarms.emails` and `alarms.webhooks` of the environment file say who.
    [Subscriptions](https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html)
    """
    for topic in topics(deployment):
        if not deployment.naming("aws_sns_topic_subscription", "topic_arn", topic):
            yield Finding.of(topic, "nobody listens", "alarms.emails or alarms.webhooks")


@error
def key_is_renewed(deployment: Deployment) -> Iterator[Finding]:
    """AWS renews every key of ours, once a year.

    What was encrypted before stays readable; without it one leak opens all that ever was.
    [Rotating keys](https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html)
    """
    for key in deployment.resources("aws_kms_key"):
        if not key.get("enable_key_rotation"):
            yield Finding.of(key, "stays the same for ever", "enable_key_rotation")


@error
def event_reaches_its_function(deployment: Deployment) -> Iterator[Finding]:
    """The function that a rule of EventBridge's calls lets that rule call it.

    Without the permission the event is dropped, and the control sleeps through the failure.
    [Resource policies](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html)
    """
    permitted = {
        (one.stack, frozenset(references([one.get("source_arn"), one.get("function_name")])))
        for one in deployment.resources("aws_lambda_permission")
        if fnmatchcase("lambda:InvokeFunction", one.get("action"))
    }
    for target in deployment.resources("aws_cloudwatch_event_target"):
        function = deployment.named(target, target.get("arn"))
        if function is None or not function.address.startswith("aws_lambda_function."):
            continue
        both = frozenset({function.address, *references(target.get("rule"))})
        if (target.stack, both) not in permitted:
            yield Finding.of(target, "its function does not let it", "an aws_lambda_permission")
