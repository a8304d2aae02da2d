"""Route 53's log of DNS queries for the zone."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.route53_query_log import Route53QueryLog
from constructs import Construct

from modules.module import Module
from modules.service_log import ServiceLog


class QueryLog(Module):
    """Every query that Route 53 answers, with the resolver that asked and the response code.

    The log is in us-east-1, as Route 53 requires, under the name that AWS recommends:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html
    Queries that a resolver answers from its cache do not appear.

    Args:
        name: Start of the policy's name.
        zone: Name of the hosted zone.
        zone_id: ID of the hosted zone.
        account_id: This account.
        days: How long the log is kept.
        key_arn: KMS key in us-east-1; None for CloudWatch's own.
        provider: Provider for us-east-1; None if that is the stack's own region.
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
