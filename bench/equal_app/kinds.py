"""AWS CDK's class for each of Terraform's resource types, and its arguments.

Where CloudFormation has no such resource, a like one stands in, so that the numbers agree: most are
a property of another resource there, such as a bucket's versioning.
"""

# pyright: basic, reportMissingImports=false

from typing import Any

from aws_cdk import CfnWaitConditionHandle
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_wafv2 as waf

from bench.equal_app import firewall, serving, storage, watching
from bench.equal_app.values import Arguments, document, nothing, same

KINDS: dict[str, tuple[type[Any], Arguments]] = {
    "aws_acm_certificate": (
        acm.CfnCertificate,
        same("domain_name", "subject_alternative_names", "validation_method"),
    ),
    "aws_autoscaling_group": (autoscaling.CfnAutoScalingGroup, serving.auto_scaling_group),
    "aws_autoscaling_policy": (autoscaling.CfnScalingPolicy, serving.scaling_policy),
    "aws_cloudwatch_dashboard": (
        cloudwatch.CfnDashboard,
        same("dashboard_body", "dashboard_name"),
    ),
    "aws_cloudwatch_event_rule": (events.CfnRule, watching.event_rule),
    "aws_cloudwatch_log_group": (
        logs.CfnLogGroup,
        same("kms_key_id", "retention_in_days", log_group_name="name"),
    ),
    "aws_cloudwatch_log_resource_policy": (
        logs.CfnResourcePolicy,
        same("policy_document", "policy_name"),
    ),
    "aws_cloudwatch_metric_alarm": (cloudwatch.CfnAlarm, watching.alarm),
    "aws_flow_log": (ec2.CfnFlowLog, watching.flow_log),
    "aws_iam_instance_profile": (iam.CfnInstanceProfile, watching.instance_profile),
    "aws_iam_role": (
        iam.CfnRole,
        document(
            "assume_role_policy_document",
            "assume_role_policy",
            description="description",
            role_name="name",
        ),
    ),
    "aws_iam_role_policy": (
        iam.CfnRolePolicy,
        document("policy_document", policy_name="name", role_name="role"),
    ),
    "aws_internet_gateway": (ec2.CfnInternetGateway, same()),
    "aws_kms_alias": (kms.CfnAlias, same("target_key_id", alias_name="name")),
    "aws_kms_key": (
        kms.CfnKey,
        document(
            "key_policy",
            description="description",
            enable_key_rotation="enable_key_rotation",
            pending_window_in_days="deletion_window_in_days",
        ),
    ),
    "aws_lambda_function": (functions.CfnFunction, watching.function),
    "aws_lambda_function_event_invoke_config": (
        functions.CfnEventInvokeConfig,
        watching.invoke_config,
    ),
    "aws_lambda_permission": (
        functions.CfnPermission,
        same("action", "function_name", "principal", "source_arn"),
    ),
    "aws_launch_template": (ec2.CfnLaunchTemplate, serving.launch_template),
    "aws_lb": (elb.CfnLoadBalancer, serving.load_balancer),
    "aws_lb_listener": (elb.CfnListener, serving.listener),
    "aws_lb_target_group": (elb.CfnTargetGroup, serving.target_group),
    "aws_route": (
        ec2.CfnRoute,
        same(
            "route_table_id", "gateway_id", "destination_cidr_block", "destination_ipv6_cidr_block"
        ),
    ),
    "aws_route53_health_check": (route53.CfnHealthCheck, watching.health_check),
    "aws_route53_record": (route53.CfnRecordSet, watching.record),
    "aws_route_table": (ec2.CfnRouteTable, same("vpc_id")),
    "aws_route_table_association": (
        ec2.CfnSubnetRouteTableAssociation,
        same("route_table_id", "subnet_id"),
    ),
    "aws_s3_bucket": (s3.CfnBucket, same(bucket_name="bucket")),
    "aws_s3_bucket_policy": (s3.CfnBucketPolicy, document("policy_document", bucket="bucket")),
    "aws_security_group": (
        ec2.CfnSecurityGroup,
        same("vpc_id", group_description="description"),
    ),
    "aws_sns_topic": (sns.CfnTopic, same("kms_master_key_id", topic_name="name")),
    "aws_sns_topic_policy": (sns.CfnTopicPolicy, watching.topic_policy),
    "aws_sqs_queue": (
        sqs.CfnQueue,
        same(
            "sqs_managed_sse_enabled",
            queue_name="name",
            message_retention_period="message_retention_seconds",
        ),
    ),
    "aws_subnet": (
        ec2.CfnSubnet,
        same(
            "vpc_id",
            "availability_zone",
            "cidr_block",
            "ipv6_cidr_block",
            "map_public_ip_on_launch",
        ),
    ),
    "aws_vpc": (ec2.CfnVPC, same("cidr_block", "enable_dns_hostnames", "enable_dns_support")),
    "aws_vpc_endpoint": (
        ec2.CfnVPCEndpoint,
        document(
            "policy_document",
            vpc_id="vpc_id",
            service_name="service_name",
            vpc_endpoint_type="vpc_endpoint_type",
            route_table_ids="route_table_ids",
        ),
    ),
    "aws_vpc_security_group_egress_rule": (
        ec2.CfnSecurityGroupEgress,
        same(
            "description",
            "from_port",
            "to_port",
            "ip_protocol",
            group_id="security_group_id",
            destination_prefix_list_id="prefix_list_id",
            destination_security_group_id="referenced_security_group_id",
        ),
    ),
    "aws_vpc_security_group_ingress_rule": (
        ec2.CfnSecurityGroupIngress,
        same(
            "description",
            "from_port",
            "to_port",
            "ip_protocol",
            "cidr_ipv6",
            group_id="security_group_id",
            cidr_ip="cidr_ipv4",
            source_security_group_id="referenced_security_group_id",
        ),
    ),
    "aws_wafv2_ip_set": (
        waf.CfnIPSet,
        same("addresses", "description", "ip_address_version", "name", "scope"),
    ),
    "aws_wafv2_web_acl": (waf.CfnWebACL, firewall.web_acl),
    "aws_wafv2_web_acl_association": (
        waf.CfnWebACLAssociation,
        same("resource_arn", "web_acl_arn"),
    ),
    "aws_wafv2_web_acl_logging_configuration": (waf.CfnLoggingConfiguration, firewall.logging),
}
STAND_INS: dict[str, tuple[type[Any], Arguments]] = {
    # CloudFormation waits for a certificate by itself.
    "aws_acm_certificate_validation": (CfnWaitConditionHandle, nothing),
    # Part of its rule.
    "aws_cloudwatch_event_target": (events.CfnRule, watching.event_target),
    # Cannot be managed.
    "aws_default_security_group": (ec2.CfnSecurityGroup, watching.default_group),
    # Part of its role.
    "aws_iam_role_policy_attachment": (iam.CfnRole, watching.attachment),
    # Part of its zone.
    "aws_route53_query_log": (route53.CfnHostedZone, watching.query_log),
    # Parts of their bucket.
    "aws_s3_bucket_lifecycle_configuration": (s3.CfnBucket, storage.lifecycle),
    "aws_s3_bucket_ownership_controls": (s3.CfnBucket, storage.ownership),
    "aws_s3_bucket_public_access_block": (s3.CfnBucket, storage.access),
    "aws_s3_bucket_server_side_encryption_configuration": (s3.CfnBucket, storage.encryption),
    "aws_s3_bucket_versioning": (s3.CfnBucket, storage.versioning),
}
KINDS |= STAND_INS
