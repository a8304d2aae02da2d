"""The resources that a stack's deployer works on, as far as their names are known beforehand.

The names are those in the emitted stack. Account IDs stay wildcards, because a policy of an
identity in one account grants nothing in another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emitted import Json, of_type, region_of, regions_of
from sandbox.embedded_aws.permissions.conditions import pattern
from sandbox.embedded_aws.permissions.resources import ANY, NOT_WORKED_OUT


@dataclass(frozen=True)
class Needed:
    """A permission that was used in the embedded AWS."""

    action: str
    resource: str
    region: str
    detail: str
    """The service that a role is passed to or created for, or the attached policy; or ""."""


@dataclass(frozen=True)
class StatementScope:
    """One statement's Resource and Condition."""

    sid: str
    resources: tuple[str, ...]
    condition: Mapping[str, Any] | None = None
    action: str = "*"
    """The only action it covers; * covers all."""
    detail: tuple[str, ...] | None = None
    """The only details it covers; None covers all."""

    def has(self, needed: Needed) -> bool:
        """Whether a used permission belongs to this statement."""
        return any(self.covers(needed, arn) for arn in self.resources)

    def covers(self, needed: Needed, arn: str) -> bool:
        """Whether it belongs to this statement, and is on this one of its resources."""
        if self.detail is not None and needed.detail not in self.detail:
            return False
        if not _like(needed.action, self.action):
            return False
        if arn == ANY:
            return needed.resource == ANY or needed.resource.endswith(NOT_WORKED_OUT)
        return _like(needed.resource, arn)


@dataclass(frozen=True)
class ResourceKind:
    """A type of resource. arns: those of one resource. IDs that AWS generates are wildcards; if an
    ARN contains no name, it covers every resource of the type."""

    sid: str
    terraform_type: str
    attribute: str | None
    """The Terraform attribute with a resource's name."""
    arns: tuple[str, ...]


def _kind(sid: str, terraform_type: str, attribute: str | None, *arns: str) -> ResourceKind:
    return ResourceKind(sid, terraform_type, attribute, arns)


KINDS = (
    _kind("Buckets", "aws_s3_bucket", "bucket", "arn:aws:s3:::{name}"),
    _kind("Objects", "aws_s3_bucket", "bucket", "arn:aws:s3:::{name}/*"),
    _kind("Roles", "aws_iam_role", "name", "arn:aws:iam::*:role/{name}"),
    _kind(
        "InstanceProfiles",
        "aws_iam_instance_profile",
        "name",
        "arn:aws:iam::*:instance-profile/{name}",
    ),
    _kind(
        "Functions",
        "aws_lambda_function",
        "function_name",
        "arn:aws:lambda:{region}:*:function:{name}",
    ),
    _kind(
        "LogGroups",
        "aws_cloudwatch_log_group",
        "name",
        "arn:aws:logs:{region}:*:log-group:{name}",
        "arn:aws:logs:{region}:*:log-group:{name}:*",
    ),
    _kind(
        "Alarms",
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        "arn:aws:cloudwatch:{region}:*:alarm:{name}",
    ),
    _kind(
        "Dashboards",
        "aws_cloudwatch_dashboard",
        "dashboard_name",
        "arn:aws:cloudwatch::*:dashboard/{name}",
    ),
    _kind("Builds", "aws_codebuild_project", "name", "arn:aws:codebuild:{region}:*:project/{name}"),
    _kind("Pipelines", "aws_codepipeline", "name", "arn:aws:codepipeline:{region}:*:{name}"),
    _kind("Rules", "aws_cloudwatch_event_rule", "name", "arn:aws:events:{region}:*:rule/{name}"),
    _kind(
        "Experiments",
        "aws_fis_experiment_template",
        None,
        "arn:aws:fis:{region}:*:experiment-template/*",
        "arn:aws:fis:{region}:*:action/*",
    ),
    _kind(
        "ScheduleGroups",
        "aws_scheduler_schedule_group",
        "name",
        "arn:aws:scheduler:{region}:*:schedule-group/{name}",
    ),
    # A subscription's ARN is its topic's plus an ID.
    _kind(
        "Topics",
        "aws_sns_topic",
        "name",
        "arn:aws:sns:{region}:*:{name}",
        "arn:aws:sns:{region}:*:{name}:*",
    ),
    # Its replicas too.
    _kind("Tables", "aws_dynamodb_table", "name", "arn:aws:dynamodb:*:*:table/{name}"),
    _kind(
        "GlobalDatabases",
        "aws_rds_global_cluster",
        "global_cluster_identifier",
        "arn:aws:rds::*:global-cluster:{name}",
    ),
    # Whoever makes a cluster joins it to its global database, and uses the engine's own groups.
    _kind(
        "JoinedDatabases",
        "aws_rds_cluster",
        "global_cluster_identifier",
        "arn:aws:rds::*:global-cluster:{name}",
    ),
    _kind(
        "DatabaseClusters",
        "aws_rds_cluster",
        "cluster_identifier",
        "arn:aws:rds:{region}:*:cluster:{name}",
        "arn:aws:rds:{region}:*:cluster-snapshot:{name}-*",
        "arn:aws:rds:{region}:*:cluster-pg:default.*",
        "arn:aws:rds:{region}:*:pg:default.*",
        "arn:aws:rds:{region}:*:og:default:*",
    ),
    _kind(
        "DatabaseMembers",
        "aws_rds_cluster_instance",
        "identifier",
        "arn:aws:rds:{region}:*:db:{name}",
    ),
    _kind(
        "DatabaseInstances",
        "aws_db_instance",
        "identifier",
        "arn:aws:rds:{region}:*:db:{name}",
        "arn:aws:rds:{region}:*:snapshot:{name}-*",
        "arn:aws:rds:{region}:*:og:default:*",
    ),
    _kind(
        "DatabaseSubnets",
        "aws_db_subnet_group",
        "name",
        "arn:aws:rds:{region}:*:subgrp:{name}",
    ),
    _kind(
        "DatabaseClusterParameters",
        "aws_rds_cluster_parameter_group",
        "name_prefix",
        "arn:aws:rds:{region}:*:cluster-pg:{name}*",
    ),
    _kind(
        "DatabaseParameters",
        "aws_db_parameter_group",
        "name_prefix",
        "arn:aws:rds:{region}:*:pg:{name}*",
    ),
    # Its replica too. Secrets Manager adds six characters.
    _kind(
        "Secrets",
        "aws_secretsmanager_secret",
        "name",
        "arn:aws:secretsmanager:*:*:secret:{name}-??????",
        "arn:aws:secretsmanager:*:*:secret:{name}",
    ),
    _kind("Queues", "aws_sqs_queue", "name", "arn:aws:sqs:{region}:*:{name}"),
    _kind(
        "AutoScalingGroups",
        "aws_autoscaling_group",
        "name",
        "arn:aws:autoscaling:{region}:*:autoScalingGroup:*:autoScalingGroupName/{name}",
    ),
    _kind(
        "LoadBalancers",
        "aws_lb",
        "name",
        "arn:aws:elasticloadbalancing:{region}:*:loadbalancer/app/{name}/*",
        "arn:aws:elasticloadbalancing:{region}:*:listener/app/{name}/*",
    ),
    _kind(
        "TargetGroups",
        "aws_lb_target_group",
        "name",
        "arn:aws:elasticloadbalancing:{region}:*:targetgroup/{name}/*",
    ),
    _kind(
        "Firewalls",
        "aws_wafv2_web_acl",
        "name",
        "arn:aws:wafv2:{region}:*:regional/webacl/{name}/*",
    ),
    _kind(
        "FirewallsAddresses",
        "aws_wafv2_ip_set",
        "name",
        "arn:aws:wafv2:{region}:*:regional/ipset/{name}/*",
    ),
    _kind(
        "FirewallsManagedRules",
        "aws_wafv2_web_acl",
        None,
        "arn:aws:wafv2:{region}:*:regional/managedruleset/*/*",
    ),
    # Amazon Linux's images, for whoever launches instances.
    _kind(
        "Images",
        "aws_launch_template",
        None,
        "arn:aws:ssm:{region}:*:parameter/aws/service/ami-amazon-linux-latest/*",
    ),
    _kind(
        "IdentityProviders",
        "aws_iam_openid_connect_provider",
        None,
        "arn:aws:iam::*:oidc-provider/*",
    ),
    _kind("KeyAliases", "aws_kms_alias", "name", "arn:aws:kms:{region}:*:{name}"),
    _kind("Keys", "aws_kms_key", None, "arn:aws:kms:{region}:*:key/*"),
    _kind("Certificates", "aws_acm_certificate", None, "arn:aws:acm:{region}:*:certificate/*"),
    _kind("HealthChecks", "aws_route53_health_check", None, "arn:aws:route53:::healthcheck/*"),
    _kind("QueryLogs", "aws_route53_query_log", None, "arn:aws:route53:::queryloggingconfig/*"),
    _kind(
        "Records",
        "aws_route53_record",
        None,
        "arn:aws:route53:::hostedzone/*",
        "arn:aws:route53:::change/*",
    ),
)


def scopes(stack: Json, needed: frozenset[Needed]) -> list[StatementScope]:
    """Every scope a permission may belong to; it belongs to the first that matches.

    needed: supplies the services that roles are passed to and created for, and the policies
    attached to them.
    """
    return [
        *_state(stack),
        *_roles(stack, needed),
        *(
            StatementScope(kind.sid, arns)
            for kind in KINDS
            if (arns := _arns(stack, kind.terraform_type, kind.attribute, kind.arns))
        ),
        *_anything(needed),
    ]


def _state(stack: Json) -> Iterator[StatementScope]:
    """The S3 backend's state and lock, kept apart because only the lock is ever deleted."""
    backend = stack["terraform"].get("backend", {}).get("s3")
    if backend is not None:
        bucket, key = f"arn:aws:s3:::{backend['bucket']}", backend["key"]
        yield StatementScope("StateBucket", (bucket,))
        yield StatementScope("State", (f"{bucket}/{key}",))
        yield StatementScope("StateLock", (f"{bucket}/{key}.tflock",))


def _roles(stack: Json, needed: frozenset[Needed]) -> Iterator[StatementScope]:
    """Permissions that would grant more than their ARN suggests unless narrowed by a condition."""
    roles = _arns(stack, "aws_iam_role", "name", ("arn:aws:iam::*:role/{name}",))
    for service in _details(needed, "iam:PassRole"):
        sid = "PassRoleTo" + service.partition(".")[0].capitalize()
        only = {"StringEquals": {"iam:PassedToService": service}}
        yield StatementScope(sid, roles, only, "iam:PassRole", (service,))
    services = _details(needed, "iam:CreateServiceLinkedRole")
    if services:
        only = {"StringEquals": {"iam:AWSServiceName": services}}
        arns = ("arn:aws:iam::*:role/aws-service-role/*",)
        yield StatementScope("ServiceLinkedRoles", arns, only, "iam:CreateServiceLinkedRole")
    policies = _details(needed, "iam:AttachRolePolicy")
    if policies:
        only = {"ArnEquals": {"iam:PolicyARN": policies}}
        yield StatementScope("AttachedPolicies", roles, only, "iam:AttachRolePolicy")


def _anything(needed: frozenset[Needed]) -> Iterator[StatementScope]:
    """Actions without a resource, or on one whose name AWS generates: unrestricted within the
    stack's regions."""
    regions = sorted({each.region for each in needed if not _is_global(each)})
    yield StatementScope("Global", (ANY,), None, "route53:*")
    yield StatementScope("InItsRegions", (ANY,), {"StringEquals": {"aws:RequestedRegion": regions}})


def _is_global(needed: Needed) -> bool:
    return needed.action.startswith(("iam:", "route53:"))


def _details(needed: frozenset[Needed], action: str) -> list[str]:
    return sorted({each.detail for each in needed if each.action == action})


def _arns(
    stack: Json, kind: str, attribute: str | None, templates: tuple[str, ...]
) -> tuple[str, ...]:
    regions = regions_of(stack)
    found = {
        template.format(name=body[attribute] if attribute else "*", region=region_of(body, regions))
        for _, body in of_type(stack["resource"], kind)
        for template in templates
    }
    return tuple(sorted(found))


def _like(text: str, wanted: str) -> bool:
    return pattern(wanted).fullmatch(text) is not None
