"""The resources that a call's action applies to, by its parameters."""

from typing import Any

import pytest

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.actions import action
from sandbox.embedded_aws.permissions.resources import resources
from sandbox.embedded_aws.process import ACCOUNT

HERE = f"us-east-1:{ACCOUNT}"
BALANCER = f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/web/0123456789abcdef"
FIREWALL = f"arn:aws:wafv2:{HERE}:regional/webacl/web/1-2"
ADDRESSES = f"arn:aws:wafv2:{HERE}:regional/ipset/checkers/1-2"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/control"
CASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("s3", "PutObject", {"Bucket": "b", "Key": "a/b:c"}, ["arn:aws:s3:::b/a/b:c"]),
    ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "a"}, ["arn:aws:s3:::b"]),
    ("s3", "ListBuckets", {}, ["*"]),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "1"}, {"Key": "2"}]}},
        ["arn:aws:s3:::b/1", "arn:aws:s3:::b/2"],
    ),
    ("iam", "PutRolePolicy", {"RoleName": "control", "PolicyName": "own"}, [ROLE]),
    (
        "iam",
        "AddRoleToInstanceProfile",
        {"RoleName": "web", "InstanceProfileName": "web"},
        [f"arn:aws:iam::{ACCOUNT}:instance-profile/web"],
    ),
    (
        "lambda",
        "GetFunction",
        {"FunctionName": "control"},
        [f"arn:aws:lambda:{HERE}:function:control"],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "control", "Role": ROLE},
        [f"arn:aws:lambda:{HERE}:function:control"],
    ),
    (
        "logs",
        "CreateLogGroup",
        {"logGroupName": "/aws/lambda/control"},
        [f"arn:aws:logs:{HERE}:log-group:/aws/lambda/control"],
    ),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/aws/l", "logStreamName": "2026/1"},
        [f"arn:aws:logs:{HERE}:log-group:/aws/l:log-stream:2026/1"],
    ),
    ("logs", "DescribeLogGroups", {"logGroupNamePrefix": "/aws"}, ["*"]),
    (
        "sqs",
        "SendMessage",
        {"QueueUrl": f"http://127.0.0.1:1/{ACCOUNT}/letters"},
        [f"arn:aws:sqs:{HERE}:letters"],
    ),
    (
        "cloudwatch",
        "DeleteAlarms",
        {"AlarmNames": ["a", "b"]},
        [f"arn:aws:cloudwatch:{HERE}:alarm:a", f"arn:aws:cloudwatch:{HERE}:alarm:b"],
    ),
    ("cloudwatch", "PutMetricData", {"Namespace": "Failover"}, ["*"]),
    ("events", "PutRule", {"Name": "minute"}, [f"arn:aws:events:{HERE}:rule/minute"]),
    ("events", "PutEvents", {"Entries": [{}]}, [f"arn:aws:events:{HERE}:event-bus/default"]),
    (
        "events",
        "PutEvents",
        {"Entries": [{"EventBusName": "arn:aws:events:eu-west-1:1:event-bus/default"}]},
        ["arn:aws:events:eu-west-1:1:event-bus/default"],
    ),
    (
        "elbv2",
        "CreateLoadBalancer",
        {"Name": "web"},
        [f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/web/0"],
    ),
    ("elbv2", "CreateListener", {"LoadBalancerArn": BALANCER}, [BALANCER]),
    ("elbv2", "DescribeListeners", {"LoadBalancerArn": BALANCER}, ["*"]),
    (
        "wafv2",
        "AssociateWebACL",
        {"WebACLArn": FIREWALL, "ResourceArn": BALANCER},
        [FIREWALL, BALANCER],
    ),
    (
        "wafv2",
        "GetWebACL",
        {"Name": "web", "Id": "1-2", "Scope": "REGIONAL"},
        [FIREWALL],
    ),
    (
        "wafv2",
        "CreateWebACL",
        {
            "Name": "web",
            "Scope": "REGIONAL",
            "Rules": [
                {"Statement": {"NotStatement": {"IPSetReferenceStatement": {"ARN": ADDRESSES}}}},
                {"Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "R"}}},
            ],
        },
        [
            f"arn:aws:wafv2:{HERE}:regional/webacl/web/0",
            ADDRESSES,
            f"arn:aws:wafv2:{HERE}:regional/managedruleset/*/*",
        ],
    ),
    (
        "wafv2",
        "PutLoggingConfiguration",
        {"LoggingConfiguration": {"ResourceArn": FIREWALL, "LogDestinationConfigs": []}},
        [FIREWALL],
    ),
    ("route53", "GetHostedZone", {"Id": "/hostedzone/Z1"}, ["arn:aws:route53:::hostedzone/Z1"]),
    ("route53", "GetChange", {"Id": "/change/C1"}, ["arn:aws:route53:::change/C1"]),
    (
        "route53",
        "ListTagsForResource",
        {"ResourceType": "healthcheck", "ResourceId": "h"},
        ["arn:aws:route53:::healthcheck/h"],
    ),
    ("route53", "ListHostedZones", {}, ["*"]),
    ("kms", "CreateKey", {}, ["*"]),
    ("kms", "DescribeKey", {"KeyId": "1-2"}, [f"arn:aws:kms:{HERE}:key/1-2"]),
    (
        "kms",
        "CreateAlias",
        {"AliasName": "alias/web", "TargetKeyId": "1-2"},
        [f"arn:aws:kms:{HERE}:alias/web", f"arn:aws:kms:{HERE}:key/1-2"],
    ),
    (
        "autoscaling",
        "SetDesiredCapacity",
        {"AutoScalingGroupName": "web"},
        [f"arn:aws:autoscaling:{HERE}:autoScalingGroup:0:autoScalingGroupName/web"],
    ),
    ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": ["web"]}, ["*"]),
    (
        "ssm",
        "GetParameter",
        {"Name": "/aws/service/ami/latest"},
        ["arn:aws:ssm:us-east-1::parameter/aws/service/ami/latest"],
    ),
    (
        "rds",
        "FailoverGlobalCluster",
        {
            "GlobalClusterIdentifier": "data",
            "TargetDbClusterIdentifier": f"arn:aws:rds:{HERE}:cluster:data",
        },
        [f"arn:aws:rds::{ACCOUNT}:global-cluster:data", f"arn:aws:rds:{HERE}:cluster:data"],
    ),
    (
        "rds",
        "PromoteReadReplica",
        {"DBInstanceIdentifier": "data"},
        [f"arn:aws:rds:{HERE}:db:data"],
    ),
    (
        "rds",
        "CreateDBCluster",
        {
            "DBClusterIdentifier": "data",
            "DBSubnetGroupName": "own",
            "GlobalClusterIdentifier": "both",
        },
        [
            f"arn:aws:rds:{HERE}:cluster:data",
            f"arn:aws:rds:{HERE}:subgrp:own",
            f"arn:aws:rds::{ACCOUNT}:global-cluster:both",
        ],
    ),
    (
        "secretsmanager",
        "CreateSecret",
        {"Name": "data/master"},
        [f"arn:aws:secretsmanager:{HERE}:secret:data/master-000000"],
    ),
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "data/master"},
        [f"arn:aws:secretsmanager:{HERE}:secret:data/master-000000"],
    ),
    ("secretsmanager", "GetRandomPassword", {}, ["*"]),
    ("ec2", "DeleteVpc", {"VpcId": "vpc-1"}, [f"arn:aws:ec2:{HERE}:not-worked-out"]),
    ("ec2", "DescribeVpcs", {"VpcIds": ["vpc-1"]}, ["*"]),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    CASES,
    ids=[f"{service}-{operation}-{at}" for at, (service, operation, *_) in enumerate(CASES)],
)
def test_the_arns(
    service: str, operation: str, parameters: dict[str, Any], expected: list[str]
) -> None:
    call = Call(service, operation, "us-east-1", ACCOUNT, "ASIA", parameters)
    assert resources(call, str(action(call))) == expected
