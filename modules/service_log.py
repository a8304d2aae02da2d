"""A CloudWatch log group that an AWS service writes."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from constructs import Construct

from modules.account import account_id
from modules.policies import allow, policy


class ServiceLog:
    """The log group, and a policy that lets one service write it for things of this account.

    id: starts the logical ids. name: of the log group. policy_name: of the policy, of which a
    region of an account may have ten:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
    service: who writes. source_arn: for what, as a pattern. key_arn: of the KMS key that encrypts
    it; None: CloudWatch's own. provider: of its region, or None where that is the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        policy_name: str,
        service: str,
        source_arn: str,
        days: int,
        key_arn: str | None,
        provider: TerraformProvider | None = None,
    ) -> None:
        self.arn = CloudwatchLogGroup(
            scope,
            f"{id}_log",
            name=name,
            retention_in_days=days,
            kms_key_id=key_arn,
            provider=provider,
        ).arn
        # Whatever other account makes the service write here, is not let in.
        for_this_account = {
            "StringEquals": {"aws:SourceAccount": account_id(scope)},
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
            scope,
            f"{id}_log_policy",
            policy_name=policy_name,
            policy_document=policy(write),
            provider=provider,
        )
        """Needed before the service is told to write."""
