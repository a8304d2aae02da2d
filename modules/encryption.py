"""The key of a region, for what AWS's own keys do not do."""

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from modules.iam import allow, policy
from modules.module import Module

# The longest that AWS allows between the key's destruction and its end: what it encrypted, logs of
# a year, is unreadable without it.
DELETION_DAYS = 30


class Key(Module):
    """A customer-managed KMS key, which AWS rotates every year.

    CloudWatch cannot publish to a topic that SNS's AWS-managed key encrypts, since nobody may
    change that key's policy: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    A key costs a dollar a month, whatever it encrypts: so the region's logs have it too.

    Args:
        name: Of the alias, unique in the region.
        region: The key's.
        account_id: The key's.
    """

    def __init__(
        self, scope: Construct, id: str, *, name: str, region: str, account_id: str
    ) -> None:
        super().__init__(scope, id)
        key = KmsKey(
            self,
            "key",
            description=f"{name}: alerts and logs",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            policy=_key_policy(region, account_id),
            tags={"Name": name},
        )
        KmsAlias(self, "key_alias", name=f"alias/{name}", target_key_id=key.key_id)
        self.arn = key.arn


def _key_policy(region: str, account: str) -> str:
    """The account's administrators, as in AWS's default; alarms that publish; and logs.

    The alarms' statement has no condition, as AWS's own example has none: with one on a key that
    CloudWatch leaves out when it publishes, every alarm would be mute. Who may publish, the topic's
    policy says: for this account alone.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    return policy(
        allow("kms:*", on="*", to={"AWS": f"arn:aws:iam::{account}:root"}),
        allow(
            "kms:Decrypt",
            "kms:GenerateDataKey*",
            on="*",
            to={"Service": "cloudwatch.amazonaws.com"},
        ),
        allow(
            "kms:Encrypt*",
            "kms:Decrypt*",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            "kms:Describe*",
            on="*",
            to={"Service": f"logs.{region}.amazonaws.com"},
            condition={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:*"
                }
            },
        ),
    )
