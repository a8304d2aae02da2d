"""A CloudWatch log group that an AWS service writes."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from constructs import Construct

from modules.iam import allow, policy
from modules.module import Module


class ServiceLog(Module):
    """The log group, and a policy that lets one service write it for things of this account.

    Args:
        name: Of the log group.
        policy_name: Of the policy, of which a region of an account may have ten:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
        service: Who writes.
        account_id: This account.
        source_arn: For what the service writes, as a pattern.
        days: How long it is kept.
        key_arn: Of the KMS key that encrypts it; None: CloudWatch's own.
        provider: Of its region; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        policy_name: str,
        service: str,
        account_id: str,
        source_arn: str,
        days: int,
        key_arn: str | None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self.arn = CloudwatchLogGroup(
            self, "log", name=name, retention_in_days=days, kms_key_id=key_arn
        ).arn
        # Whatever other account makes the service write here, is not let in.
        for_this_account = {
            "StringEquals": {"aws:SourceAccount": account_id},
            "ArnLike": {"aws:SourceArn": source_arn},
        }
        write = allow(
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            on=f"{self.arn}:*",
            to={"Service": service},
            condition=for_this_account,
        )
        self.policy = CloudwatchLogResourcePolicy(
            self, "log_policy", policy_name=policy_name, policy_document=policy(write)
        )
        """Needed before the service is told to write."""
