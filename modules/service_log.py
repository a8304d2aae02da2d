"""A CloudWatch log group that an AWS service writes to."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from constructs import Construct

from modules.iam import allow, policy
from modules.module import Module


class ServiceLog(Module):
    """The log group, and a policy that lets one service write to it on behalf of this account.

    Args:
        name: Name of the log group.
        policy_name: Name of the policy; an account may have ten in a region:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
        service: The service that writes.
        account_id: This account.
        source_arn: Pattern for the resources that the service may write for.
        days: How long events are kept.
        key_arn: KMS key that encrypts it; None for CloudWatch's own.
        provider: Provider for its region; None for the stack's own.
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
        # Keeps other accounts from making the service write here.
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
        """Must be in place before the service is told to write."""
