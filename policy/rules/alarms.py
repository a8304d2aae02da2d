"""Alarms, and the topics that notify people."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from emitted import Deployment, Resource, blocks, references, texts
from modules.regions import GLOBAL_REGION
from policy.documents import allows, services
from policy.finding import Finding
from policy.rule import error, warning

ALARMS = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
CLOUDWATCH = "cloudwatch.amazonaws.com"
ACTIONS = ("alarm_actions", "ok_actions", "insufficient_data_actions")
# Namespaces whose metrics exist only in GLOBAL_REGION.
GLOBAL_NAMESPACES = ("AWS/Route53",)
ARN_REGION = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]+):")


def topics(deployment: Deployment) -> Iterator[Resource]:
    return deployment.resources("aws_sns_topic")


def _statements(deployment: Deployment, topic: Resource) -> list[dict[str, object]]:
    policies = deployment.naming("aws_sns_topic_policy", "arn", topic)
    return [dict(statement) for one in (*policies, topic) for statement in one.statements()]


@error
def alarm_has_an_action(deployment: Deployment) -> Iterator[Finding]:
    """Every alarm has an action.

    Without one, an alarm only changes colour in a console that nobody watches.
    [Alarm actions](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html)
    """
    for alarm in deployment.resources(*ALARMS):
        if not alarm.get("alarm_actions"):
            yield Finding.of(alarm, "no action", "alarm_actions")
        elif alarm.get("actions_enabled") is False:
            yield Finding.of(alarm, "its actions are disabled", "actions_enabled = true")


@error
def alarm_acts_in_its_own_region(deployment: Deployment) -> Iterator[Finding]:
    """An alarm's actions target existing resources in the alarm's own region.

    CloudWatch cannot publish to a topic in another region, and a topic in a lost region could not
    notify anybody.
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

    The metrics exist only there: elsewhere the alarm has no data and never goes off.
    [Monitoring health checks](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html)
    """
    for alarm in deployment.resources("aws_cloudwatch_metric_alarm"):
        queries = [one.get("metric") for one in blocks(alarm.get("metric_query"))]
        namespaces = {metric.get("namespace") for query in queries for metric in blocks(query)}
        namespaces.add(alarm.get("namespace"))
        if namespaces & set(GLOBAL_NAMESPACES) and alarm.region != GLOBAL_REGION:
            yield Finding.of(alarm, f"is in {alarm.region}", GLOBAL_REGION)


@error
def alarm_says_what_no_data_mean(deployment: Deployment) -> Iterator[Finding]:
    """Every alarm on a metric says how to treat missing data; one that uses INSUFFICIENT_DATA
    notifies on it.

    By default, an alarm without data goes to INSUFFICIENT_DATA silently.
    [Missing data](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html)
    """
    for alarm in deployment.resources("aws_cloudwatch_metric_alarm"):
        missing = alarm.get("treat_missing_data")
        told = missing == "missing" and alarm.get("insufficient_data_actions")
        if missing not in ("breaching", "notBreaching", "ignore") and not told:
            yield Finding.of(alarm, "treat_missing_data is AWS's default", "an explicit choice")


@error
def alarms_have_names_of_their_own(deployment: Deployment) -> Iterator[Finding]:
    """Alarm names are unique in each region.

    CloudWatch treats a second alarm of the same name as an update, which overwrites the first.
    [PutMetricAlarm](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html)
    """
    seen: set[tuple[str, str]] = set()
    for alarm in deployment.resources(*ALARMS):
        name = (alarm.region, alarm.get("alarm_name"))
        if name in seen:
            yield Finding.of(alarm, f"another is called {name[1]}", "a unique name")
        seen.add(name)


@error
def topic_has_a_key_of_ours(deployment: Deployment) -> Iterator[Finding]:
    """Every topic is encrypted with a KMS key of its own stack.

    CloudWatch cannot publish to a topic encrypted with AWS's own key, whose policy cannot be
    changed.
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
    """The policy of a topic's key allows CloudWatch to decrypt and to generate data keys.

    Otherwise every notification is dropped, and only the alarm's history shows it.
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
    """Every topic that is an alarm's action allows CloudWatch to publish.

    A custom topic policy replaces AWS's default, which allows the account's alarms to publish.
    [SNS access policies](https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html)
    """
    for topic in topics(deployment):
        if not allows(_statements(deployment, topic), "sns:Publish", CLOUDWATCH):
            yield Finding.of(topic, "CloudWatch may not publish", f"sns:Publish for {CLOUDWATCH}")


@error
def topic_listens_to_this_account_alone(deployment: Deployment) -> Iterator[Finding]:
    """A service may publish to a topic only on behalf of this account.

    A service acts for every account: without the condition, another account's alarms could publish
    here.
    [Confused deputy](https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html)
    """
    for topic in topics(deployment):
        for statement in _statements(deployment, topic):
            if statement.get("Effect") != "Allow":
                continue
            condition = str(statement.get("Condition", ""))
            if services(statement) and "aws:SourceAccount" not in condition:
                yield Finding.of(
                    topic, "a service may publish for any account", "aws:SourceAccount"
                )
            elif statement.get("Principal") in ("*", {"AWS": "*"}) and not condition:
                yield Finding.of(topic, "anybody may publish", "a service, for this account")


@warning
def topic_has_a_subscriber(deployment: Deployment) -> Iterator[Finding]:
    """Every topic has a subscriber.

    Set `alarms.emails` or `alarms.webhooks` in the environment file.
    [Subscriptions](https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html)
    """
    for topic in topics(deployment):
        if not deployment.naming("aws_sns_topic_subscription", "topic_arn", topic):
            yield Finding.of(topic, "no subscribers", "alarms.emails or alarms.webhooks")


@error
def key_is_renewed(deployment: Deployment) -> Iterator[Finding]:
    """Every KMS key is rotated automatically, once a year.

    Old data stay readable, and a leaked key exposes only what it encrypted.
    [Rotating keys](https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html)
    """
    for key in deployment.resources("aws_kms_key"):
        if not key.get("enable_key_rotation"):
            yield Finding.of(key, "is never rotated", "enable_key_rotation")


@error
def event_reaches_its_function(deployment: Deployment) -> Iterator[Finding]:
    """A function that an EventBridge rule targets allows that rule to invoke it.

    Without the permission the event is dropped, and the control misses the failure.
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
            yield Finding.of(target, "its function does not allow it", "an aws_lambda_permission")
