"""Each region's topic: who may publish, and who is notified."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription

from environments import REMOTE_STACKS
from environments.loading import check
from tests.conftest import Synthesised
from tests.synthesis import Stacks

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
TOPIC = "${aws_sns_topic.alerts.arn}"
EMAILS = ["ana@example.com", "ben@example.com"]
WEBHOOK = "https://alerts.example.com/sns"


@pytest.mark.parametrize("stack", REMOTE_STACKS)
def test_a_topic_is_encrypted_with_the_regions_own_key(deployment: Synthesised, stack: str) -> None:
    """CloudWatch cannot publish to a topic that uses SNS's own key."""
    topic = deployment.stacks[stack].only(SnsTopic)
    assert topic["kms_master_key_id"] == "${aws_kms_key.key.arn}"
    assert topic["name"].startswith(deployment.environment.name)


def test_the_topics_names_are_distinct_even_in_one_region(deployment: Synthesised) -> None:
    names = [deployment.stacks[stack].only(SnsTopic)["name"] for stack in REMOTE_STACKS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("stack", REMOTE_STACKS)
def test_the_accounts_alarms_alone_publish_and_by_tls(deployment: Synthesised, stack: str) -> None:
    body = deployment.stacks[stack].only(SnsTopicPolicy)
    assert body["arn"] == TOPIC
    allowed, denied = json.loads(body["policy"])["Statement"]
    regions = {"primary": deployment.environment.primary.region, "global": "us-east-1"}
    region = regions.get(stack, deployment.environment.dr.region)
    assert allowed == {
        "Effect": "Allow",
        "Action": ["sns:Publish"],
        "Resource": TOPIC,
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:*"},
        },
    }
    assert (denied["Effect"], denied["Principal"], denied["Resource"]) == ("Deny", "*", TOPIC)
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_with_nobody_in_the_file_nobody_is_subscribed(mission: Synthesised) -> None:
    for stack in REMOTE_STACKS:
        assert not mission.stacks[stack].resources(SnsTopicSubscription)


def subscribed(content: dict[str, Any], **alarms: Any) -> dict[str, dict[str, Any]]:
    """All subscriptions, by stack and logical ID."""
    stacks = Stacks(check({**content, "alarms": alarms}, "x.toml"))
    return {
        f"{stack} {name}": body
        for stack in REMOTE_STACKS
        for name, body in stacks[stack].resources(SnsTopicSubscription).items()
    }


def test_everybody_is_told_of_everything(mission_file: dict[str, Any]) -> None:
    found = subscribed(mission_file, emails=EMAILS, webhooks=[WEBHOOK])
    told = {
        (name.split()[0], body["protocol"], body["endpoint"], body["topic_arn"])
        for name, body in found.items()
    }
    people = [("email", EMAILS[0]), ("email", EMAILS[1]), ("https", WEBHOOK)]
    assert told == {(stack, *person, TOPIC) for stack in REMOTE_STACKS for person in people}


def test_who_leaves_the_list_moves_nobody_else(mission_file: dict[str, Any]) -> None:
    """A replaced subscription would have to be confirmed again."""
    both = subscribed(mission_file, emails=EMAILS)
    second = subscribed(mission_file, emails=EMAILS[1:])
    assert second.items() <= both.items()
