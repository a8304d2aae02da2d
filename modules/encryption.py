"""A region's KMS key, for what AWS-managed keys cannot do."""

from collections.abc import Iterator
from typing import Any

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
    A key costs a dollar a month no matter how much it encrypts, so the region's logs use it too. A
    database has a key of its own, so that access to its copies and snapshots is its own matter.

    Args:
        name: Name of the alias, unique in the region.
        region: Region of the key.
        account_id: Account of the key.
        purpose: What it encrypts.
        for_alerts_and_logs: Whether alarms and logs may use it. Whoever else uses it does so by the
            permissions of the caller, such as RDS.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        account_id: str,
        purpose: str = "alerts and logs",
        for_alerts_and_logs: bool = True,
    ) -> None:
        super().__init__(scope, id)
        statements = [
            allow("kms:*", on="*", to={"AWS": f"arn:aws:iam::{account_id}:root"}),
            *(_for_alerts_and_logs(region, account_id) if for_alerts_and_logs else ()),
        ]
        key = KmsKey(
            self,
            "key",
            description=f"{name}: {purpose}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            # As in AWS's default, the account's administrators may do everything:
            # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
            policy=policy(*statements),
            tags={"Name": name},
        )
        KmsAlias(self, "key_alias", name=f"alias/{name}", target_key_id=key.key_id)
        self.arn = key.arn


def _for_alerts_and_logs(region: str, account: str) -> Iterator[dict[str, Any]]:
    """Access for alarms, and for logs.

    The alarms' statement has no condition, like AWS's own example. If CloudWatch omitted the
    context key that a condition tests, no alarm could publish. The topic's policy limits publishing
    to this account.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    yield allow(
        "kms:Decrypt",
        "kms:GenerateDataKey*",
        on="*",
        to={"Service": "cloudwatch.amazonaws.com"},
    )
    yield allow(
        "kms:Encrypt*",
        "kms:Decrypt*",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
        on="*",
        to={"Service": f"logs.{region}.amazonaws.com"},
        condition={
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:*"}
        },
    )
