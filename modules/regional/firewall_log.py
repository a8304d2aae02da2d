"""The log of what a region's firewall blocks, or would block."""

from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationLoggingFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsQueryString,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from modules.account import account_id
from modules.module import Module
from modules.regional.logs import LogSettings
from modules.service_log import ServiceLog

# WAF only accepts log groups whose names start like this.
# https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
PREFIX = "aws-waf-logs-"
# Headers that may hold a password, a session or a key.
SECRET_HEADERS = (
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
)
# COUNT is from rules that count, EXCLUDED_AS_COUNT from a group's rules overridden to count.
# Requests that were simply allowed are in the load balancer's log.
# https://docs.aws.amazon.com/waf/latest/APIReference/API_ActionCondition.html
KEPT = ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")


class FirewallLog(Module):
    """The log group, and WAF's logging to it: every blocked or counted request, without secrets.

    Args:
        name: End of the log group's name, and start of the policy's.
        region: Region of the firewall.
        web_acl_arn: ARN of the firewall.
        logs: How long the log is kept, and what encrypts it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        web_acl_arn: str,
        logs: LogSettings,
    ) -> None:
        super().__init__(scope, id)
        account = account_id(self)
        log = ServiceLog(
            self,
            "firewall",
            name=f"{PREFIX}{name}",
            policy_name=f"{name}-firewall",
            service="delivery.logs.amazonaws.com",
            account_id=account,
            # WAF delivers through CloudWatch Logs, which is therefore the source.
            # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
            source_arn=f"arn:aws:logs:{region}:{account}:*",
            days=logs.days,
            key_arn=logs.key_arn,
        )
        Wafv2WebAclLoggingConfiguration(
            self,
            "firewall_logging",
            resource_arn=web_acl_arn,
            log_destination_configs=[log.arn],
            logging_filter=_blocked_or_counted(),
            redacted_fields=_secrets(),
            depends_on=[log.policy],
        )


def _blocked_or_counted() -> Wafv2WebAclLoggingConfigurationLoggingFilter:
    return Wafv2WebAclLoggingConfigurationLoggingFilter(
        default_behavior="DROP",
        filter=[
            Wafv2WebAclLoggingConfigurationLoggingFilterFilter(
                behavior="KEEP",
                requirement="MEETS_ANY",
                condition=[
                    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition(
                        action_condition=Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition(
                            action=action
                        )
                    )
                    for action in KEPT
                ],
            )
        ],
    )


def _secrets() -> list[Wafv2WebAclLoggingConfigurationRedactedFields]:
    headers = [
        Wafv2WebAclLoggingConfigurationRedactedFields(
            single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(name=header)
        )
        for header in SECRET_HEADERS
    ]
    query = Wafv2WebAclLoggingConfigurationRedactedFields(
        query_string=Wafv2WebAclLoggingConfigurationRedactedFieldsQueryString()
    )
    return [*headers, query]
