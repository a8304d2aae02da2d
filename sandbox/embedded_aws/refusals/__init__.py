"""What AWS refuses but neither its models nor moto do: one function per rule, grouped by service.

A rule takes a `Call` that its service's model allows, may inspect moto's state, and raises
`Refusal`. Its docstring says what it refuses and cites AWS's page. Each module lists its rules as
`RULES`; an operation's rules run in the order of the modules here.
"""

from collections import defaultdict
from collections.abc import Iterable

from sandbox.embedded_aws.refusals import (
    acm,
    autoscaling,
    autoscaling_refreshes,
    cloudwatch,
    cloudwatch_actions,
    cloudwatch_dashboards,
    codebuild,
    codepipeline,
    dynamodb,
    dynamodb_replicas,
    ec2,
    ec2_networks,
    elbv2,
    elbv2_listeners,
    events,
    fis,
    iam,
    kms,
    lambda_,
    log_delivery,
    logs,
    rds_backups,
    rds_clusters,
    rds_failovers,
    rds_global,
    rds_instances,
    rds_keys,
    rds_names,
    rds_networks,
    rds_parameters,
    rds_regions,
    rds_replicas,
    rds_watching,
    route53_checks,
    route53_records,
    s3,
    s3_lifecycles,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    tags,
    vpc_endpoints,
    wafv2,
)
from sandbox.embedded_aws.refusals.rule import Rule, Rules


def _together(modules: Iterable[Rules]) -> dict[tuple[str, str], tuple[Rule, ...]]:
    found: defaultdict[tuple[str, str], tuple[Rule, ...]] = defaultdict(tuple)
    for rules in modules:
        for operation, some in rules.items():
            found[operation] += some
    return dict(found)


MODULES = (
    acm,
    autoscaling,
    autoscaling_refreshes,
    cloudwatch,
    cloudwatch_actions,
    cloudwatch_dashboards,
    codebuild,
    codepipeline,
    dynamodb,
    dynamodb_replicas,
    ec2,
    ec2_networks,
    elbv2,
    elbv2_listeners,
    events,
    fis,
    iam,
    kms,
    lambda_,
    log_delivery,
    logs,
    rds_backups,
    rds_clusters,
    rds_failovers,
    rds_global,
    rds_instances,
    rds_keys,
    rds_names,
    rds_networks,
    rds_parameters,
    rds_regions,
    rds_replicas,
    rds_watching,
    route53_checks,
    route53_records,
    s3,
    s3_lifecycles,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    tags,
    vpc_endpoints,
    wafv2,
)
RULES = _together(module.RULES for module in MODULES)

__all__ = ["RULES", "Rule", "Rules"]
