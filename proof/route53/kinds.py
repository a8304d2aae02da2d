"""Which resource types the model reads and which it deliberately ignores."""

from collections.abc import Iterable

from proof.route53.errors import UnknownToTheModelError

READ = frozenset(
    {
        "aws_autoscaling_group",
        "aws_lb",
        "aws_lb_listener",
        "aws_lb_target_group",
        "aws_route53_health_check",
        "aws_route53_record",
        "aws_s3_bucket",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_security_group",
        "aws_vpc_security_group_ingress_rule",
        "aws_wafv2_ip_set",
        "aws_wafv2_web_acl",
        "aws_wafv2_web_acl_association",
    }
)
# Whole families that affect neither Route 53's answers nor its checkers' probes: permissions and
# keys, certificates (which no checker validates), the control's function, pipelines, notifications,
# what a drill needs, and databases, whose state is part of the world.
FAMILIES = (
    "aws_acm_",
    "aws_cloudwatch_",
    "aws_codebuild_",
    "aws_codepipeline",
    "aws_db_",
    "aws_fis_",
    "aws_iam_",
    "aws_kms_",
    "aws_lambda_",
    "aws_rds_",
    "aws_s3_bucket_",
    "aws_scheduler_",
    "aws_secretsmanager_",
    "aws_sns_",
    "aws_sqs_",
)
# Single types, from families that also have relevant ones. Routing to the load balancer and on to
# its targets is part of the world's state: a reachable region with healthy targets.
NO_PART = frozenset(
    {
        "aws_autoscaling_policy",
        "aws_default_security_group",
        "aws_eip",
        "aws_flow_log",
        "aws_internet_gateway",
        "aws_launch_template",
        "aws_nat_gateway",
        "aws_route",
        "aws_route53_query_log",
        "aws_route_table",
        "aws_route_table_association",
        "aws_s3_object",
        "aws_subnet",
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_vpc_security_group_egress_rule",
        "aws_wafv2_web_acl_logging_configuration",
    }
)


def known_kinds(kinds: Iterable[str], stack: str) -> None:
    """Raises UnknownToTheModelError for a resource that is neither read nor deliberately ignored,
    such as a listener rule, a network ACL or a traffic policy."""
    unknown = {
        kind for kind in kinds if kind not in READ | NO_PART and not kind.startswith(FAMILIES)
    }
    if unknown:
        raise UnknownToTheModelError(f"{', '.join(sorted(unknown))} in {stack}")
