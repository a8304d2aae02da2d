"""Where a region's alarms go, and who is told of them."""

import hashlib

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from environments import Alarms
from modules.account import account_id
from modules.policies import allow, policy, tls_only


class AlertTopic:
    """An SNS topic of one region, its key's and no other's, and the subscriptions to it.

    An alarm publishes in its own region alone, so that there is one for each. CloudWatch may, and
    nobody without TLS; with a policy of its own a topic has none of AWS's default.
    https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html

    name: unique in the region. provider: of `region`; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        region: str,
        key_arn: str,
        alarms: Alarms,
        provider: TerraformProvider | None = None,
    ) -> None:
        self._scope = scope
        self._provider = provider
        topic = SnsTopic(
            scope,
            "alerts",
            name=name,
            kms_master_key_id=key_arn,
            tags={"Name": name},
            provider=provider,
        )
        self.arn = topic.arn
        SnsTopicPolicy(
            scope,
            "alerts_policy",
            arn=topic.arn,
            policy=_topic_policy(topic.arn, region, account_id(scope)),
            provider=provider,
        )
        for address in alarms.emails:
            self._subscribe("email", address)
        for url in alarms.webhooks:
            self._subscribe("https", url)

    def _subscribe(self, protocol: str, endpoint: str) -> None:
        """By the endpoint and not by its place in the list: a list that loses one would move all
        that follow, and each of those would have to confirm anew."""
        digest = hashlib.sha256(endpoint.encode()).hexdigest()[:8]
        SnsTopicSubscription(
            self._scope,
            f"alerts_{protocol}_{digest}",
            topic_arn=self.arn,
            protocol=protocol,
            endpoint=endpoint,
            provider=self._provider,
        )


def _topic_policy(topic: str, region: str, account: str) -> str:
    """CloudWatch acts for an alarm of this account and region."""
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
