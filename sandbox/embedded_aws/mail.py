"""What SNS mails when an alarm changes its state; nothing leaves this machine."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from dataclasses import asdict, dataclass
from typing import Any

from moto.cloudwatch.models import Alarm
from moto.sns.models import sns_backends

NOBODY = "nobody, as the topic has no subscriber by mail"
EMAIL = ("email", "email-json")
TEXT = """\
You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the {region}
region has entered the {after} state, because "{reason}" at
"{at:%A %d %B, %Y %H:%M:%S} UTC".

Alarm Details:
- Name:                    {name}
- Description:             {description}
- State Change:            {before} -> {after}
- Reason for State Change: {reason}
- Timestamp:               {at:%A %d %B, %Y %H:%M:%S} UTC
- Alarm Arn:               {arn}
"""


@dataclass(frozen=True)
class Mail:
    """A mail as its reader gets it: of a real one, the parts that matter."""

    to: str
    subject: str
    text: str


SENT: list[Mail] = []
"""Every mail, the oldest first."""


def notify(alarm: Alarm, before: str, topic_arn: str) -> None:
    """Mails an alarm's new state to the subscribers of a topic, which must exist.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    *_, region, account, _ = topic_arn.split(":")
    to = [
        one.endpoint
        for one in sns_backends[account][region].subscriptions.values()
        if one.topic.arn == topic_arn and one.protocol in EMAIL
    ]
    SENT.append(_written(alarm, before, ", ".join(to) or NOBODY))


def sent() -> list[dict[str, Any]]:
    """Every mail as JSON, the oldest first."""
    return [asdict(one) for one in SENT]


def _written(alarm: Alarm, before: str, to: str) -> Mail:
    text = TEXT.format(
        name=alarm.name,
        region=alarm.region_name,
        before=before,
        after=alarm.state_value,
        reason=alarm.state_reason,
        at=alarm.state_updated_timestamp,
        description=alarm.description,
        arn=alarm.alarm_arn,
    )
    return Mail(to, f'{alarm.state_value}: "{alarm.name}" in {alarm.region_name}', text)
