"""The topic that a region's alarms notify, and its subscribers."""

import hashlib

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from environments import Alarms
from modules.alarm_names import topic_name
from modules.encryption import Key
from modules.iam import allow, policy, tls_only
from modules.module import Module


class Alerting(Module):
    """A region's KMS key and alarm topic.

    Args:
        name: Name of the key, and start of the topic's; unique in the region.
        region: Region of both.
        account_id: Account of both.
        alarms: Who is notified.
        provider: Provider for `region`; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        account_id: str,
        alarms: Alarms,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self.key_arn = Key(self, "key", name=name, region=region, account_id=account_id).arn
        topic = AlertTopic(
            self,
            "alert_topic",
            name=topic_name(name),
            region=region,
            account_id=account_id,
            key_arn=self.key_arn,
            alarms=alarms,
        )
        self.topic_arn = topic.arn


class AlertTopic(Module):
    """An SNS topic and its subscriptions, in the region of its key.

    An alarm can only publish in its own region, so each region has a topic. Its policy replaces
    AWS's default one: only CloudWatch may publish, and nobody without TLS.
    https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html

    Args:
        name: Unique in the region.
        region: Region of the topic.
        account_id: Account of the topic.
        key_arn: KMS key that encrypts it.
        alarms: Who is subscribed.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        account_id: str,
        key_arn: str,
        alarms: Alarms,
    ) -> None:
        super().__init__(scope, id)
        topic = SnsTopic(self, "alerts", name=name, kms_master_key_id=key_arn, tags={"Name": name})
        self.arn = topic.arn
        SnsTopicPolicy(
            self,
            "alerts_policy",
            arn=self.arn,
            policy=_topic_policy(self.arn, region, account_id),
        )
        for address in alarms.emails:
            self._subscribe("email", address)
        for url in alarms.webhooks:
            self._subscribe("https", url)

    def _subscribe(self, protocol: str, endpoint: str) -> None:
        """The id comes from the endpoint, not from its position in the list: removing one would
        otherwise shift all that follow, and each of those would have to be confirmed again."""
        digest = hashlib.sha256(endpoint.encode()).hexdigest()[:8]
        SnsTopicSubscription(
            self,
            f"alerts_{protocol}_{digest}",
            topic_arn=self.arn,
            protocol=protocol,
            endpoint=endpoint,
        )


def _topic_policy(topic: str, region: str, account: str) -> str:
    """Lets CloudWatch publish, for alarms of this account and region only."""
    for_our_alarms = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{account}:alarm:*"},
    }
    return policy(
        allow(
            "sns:Publish",
            on=topic,
            to={"Service": "cloudwatch.amazonaws.com"},
            condition=for_our_alarms,
        ),
        tls_only("sns:Publish", on=topic),
    )
