"""Alarms on health checks go off when a region is lost, and mail."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.route53.conftest import Deployment
from tests.sandbox.embedded_aws.route53.deployment import GLOBAL, PRIMARY, STANDBY

pytestmark = pytest.mark.slow

TO = "on-call@example.com"


class HealthAlarm:
    """An alarm on a health check, whose topic one person reads."""

    def __init__(self, aws: EmbeddedAws, check: str, region: str = GLOBAL) -> None:
        self.aws, self.name = aws, unique()
        self._cloudwatch, sns = aws.client("cloudwatch", region), aws.client("sns", region)
        self.topic = sns.create_topic(Name=self.name)["TopicArn"]
        sns.subscribe(TopicArn=self.topic, Protocol="email", Endpoint=TO)
        self._cloudwatch.put_metric_alarm(
            AlarmName=self.name,
            AlarmDescription="docs/alarms.md#primary-endpoint says what to do.",
            Namespace="AWS/Route53",
            MetricName="HealthCheckStatus",
            Dimensions=[{"Name": "HealthCheckId", "Value": check}],
            Statistic="Minimum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="LessThanThreshold",
            AlarmActions=[self.topic],
            OKActions=[self.topic],
        )

    @property
    def state(self) -> str:
        (alarm,) = self._cloudwatch.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return alarm["StateValue"]

    def set_by_hand(self, state: str) -> None:
        asked: dict[str, Any] = {"AlarmName": self.name, "StateReason": "a test"}
        self._cloudwatch.set_alarm_state(**asked, StateValue=state)

    @property
    def subjects(self) -> list[str]:
        return [one["subject"] for one in self.aws.mail if self.name in one["subject"]]


def test_it_goes_off_and_clears_with_its_health_check(deployment: Deployment) -> None:
    aws = deployment.zone.aws
    alarm = HealthAlarm(aws, deployment.check)
    assert alarm.state == "OK"
    assert alarm.subjects == []
    aws.lose(PRIMARY)
    assert alarm.subjects == [f'ALARM: "{alarm.name}" in {GLOBAL}'], "without any other request"
    assert alarm.state == "ALARM"
    mail = aws.mail[-1]
    assert mail["to"] == TO
    assert "docs/alarms.md#primary-endpoint says what to do." in mail["text"]
    assert "OK -> ALARM" in mail["text"]
    aws.restore(PRIMARY)
    assert alarm.state == "OK"
    assert alarm.subjects[1:] == [f'OK: "{alarm.name}" in {GLOBAL}']


def test_one_in_a_lost_region_notices_when_that_is_back(deployment: Deployment) -> None:
    aws = deployment.zone.aws
    alarm = HealthAlarm(aws, deployment.check)
    for region in (GLOBAL, PRIMARY):
        aws.lose(region)
    assert alarm.subjects == []
    aws.restore(GLOBAL)
    assert len(alarm.subjects) == 1
    aws.restore(PRIMARY)
    assert len(alarm.subjects) == 2


def test_another_region_has_no_metric_of_health_checks(deployment: Deployment) -> None:
    aws = deployment.zone.aws
    alarm = HealthAlarm(aws, deployment.check, STANDBY)
    aws.lose(PRIMARY)
    assert alarm.subjects == []
    aws.restore(PRIMARY)


def test_what_is_set_by_hand_stays_until_the_check_changes(deployment: Deployment) -> None:
    alarm = HealthAlarm(deployment.zone.aws, deployment.check)
    assert alarm.state == "OK"
    alarm.set_by_hand("ALARM")
    assert alarm.state == "ALARM"
    assert len(alarm.subjects) == 1


def test_a_topic_without_subscribers_has_no_reader(deployment: Deployment) -> None:
    aws = deployment.zone.aws
    alarm, sns = HealthAlarm(aws, deployment.check), aws.client("sns", GLOBAL)
    for one in sns.list_subscriptions_by_topic(TopicArn=alarm.topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    alarm.set_by_hand("ALARM")
    assert aws.mail[-1]["to"].startswith("nobody")
