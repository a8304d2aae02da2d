"""A region's KMS key for tables."""

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from modules.encryption import DELETION_DAYS
from modules.iam import allow, policy
from modules.module import Module


class TableKey(Module):
    """A customer-managed KMS key for a region's replicas, which AWS rotates every year.

    Each region has one of its own: DynamoDB replicates items and not their encryption. Who may use
    it is left to IAM. A replica that cannot use its key leaves the global table after 20 hours.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html

    Args:
        alias: Its alias, unique in the region.
        account_id: Account of the key.
        protected: Whether Terraform refuses to destroy it.
        provider: Provider for its region; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        alias: str,
        account_id: str,
        protected: bool,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        name = alias.removeprefix("alias/")
        root = {"AWS": f"arn:aws:iam::{account_id}:root"}
        key = KmsKey(
            self,
            "key",
            description=f"{name}: DynamoDB tables",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_DAYS,
            policy=policy(allow("kms:*", on="*", to=root)),
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
        )
        KmsAlias(self, "alias", name=alias, target_key_id=key.key_id)
        self.arn = key.arn
