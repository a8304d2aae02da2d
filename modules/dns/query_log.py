"""Route 53's log of what is asked of the zone."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.route53_query_log import Route53QueryLog
from constructs import Construct

from modules.module import Module
from modules.service_log import ServiceLog


class QueryLog(Module):
    """Every query that Route 53 answers, with who asked and what the answer was.

    It is in us-east-1, as Route 53 demands, under the name that AWS recommends:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html
    Queries that a resolver answers from its memory do not show.

    Args:
        name: Starts the policy's name.
        zone: The hosted zone's name.
        zone_id: The hosted zone's ID.
        account_id: This account.
        days: How long the log is kept.
        key_arn: Of a KMS key in us-east-1; None: CloudWatch's own.
        provider: Of us-east-1; None where that is the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        zone: str,
        zone_id: str,
        account_id: str,
        days: int,
        key_arn: str | None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        log = ServiceLog(
            self,
            "queries",
            name=f"/aws/route53/{zone}",
            policy_name=f"{name}-dns-queries",
            service="route53.amazonaws.com",
            account_id=account_id,
            source_arn=f"arn:aws:route53:::hostedzone/{zone_id}",
            days=days,
            key_arn=key_arn,
        )
        Route53QueryLog(
            self,
            "query_log",
            zone_id=zone_id,
            cloudwatch_log_group_arn=log.arn,
            depends_on=[log.policy],
        )
