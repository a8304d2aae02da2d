"""A region's KMS key, for what AWS-managed keys cannot do."""

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from modules.iam import allow, policy
from modules.module import Module

# The longest waiting period that AWS allows. Without the key, everything it encrypted is
# unreadable, including a year of logs.
DELETION_DAYS = 30


class Key(Module):
    """A customer-managed KMS key, which AWS rotates every year.

    CloudWatch cannot publish to a topic encrypted with SNS's AWS-managed key, because nobody can
    change that key's policy:
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    A key costs a dollar a month no matter how much it encrypts, so the region's logs use it too.

    Args:
        name: Name of the alias, unique in the region.
        region: Region of the key.
        account_id: Account of the key.
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
    """Access for the account's administrators, as in AWS's default, for alarms, and for logs.

    The alarms' statement has no condition, like AWS's own example. If CloudWatch omitted the
    context key that a condition tests, no alarm could publish. The topic's policy limits publishing
    to this account.

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
