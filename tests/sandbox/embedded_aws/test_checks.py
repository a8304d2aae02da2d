"""Requests that AWS's models do not allow are refused, in every protocol, and others pass."""

import json
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws.checks import Checks
from tests.sandbox.embedded_aws import asking


class Passed(Exception):  # noqa: N818 # an answer, not an error
    """A request got through to where moto usually is."""


def moto(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
    raise Passed


def asked(service: str, operation: str, parameters: dict[str, Any]) -> None:
    getattr(asking.client(Checks(moto), service), operation)(**parameters)


ALARM = {
    "AlarmName": "a",
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1.0,
    "MetricName": "m",
    "Namespace": "n",
    "Period": 60,
    "Statistic": "Sum",
}
IP_SET = {"Name": "a", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": []}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
GROUP = {"AutoScalingGroupName": "a", "MinSize": 1, "MaxSize": 2}
TEMPLATE = {"LaunchTemplateName": "mytemp", "LaunchTemplateData": {"ImageId": "ami-1"}}
FUNCTION = {"FunctionName": "f"}
RECORD = {
    "Name": "a.example.net",
    "Type": "A",
    "TTL": 60,
    "ResourceRecords": [{"Value": "192.0.2.1"}],
}
HEALTH = {"Type": "HTTPS", "FullyQualifiedDomainName": "a.example.net", "RequestInterval": 30}
VERSIONING = {"Bucket": "b", "VersioningConfiguration": {"Status": "Enabled"}}


def change(**record: Any) -> dict[str, Any]:
    changes = [{"Action": "CREATE", "ResourceRecordSet": {**RECORD, **record}}]
    return {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": changes}}


def check(**config: Any) -> dict[str, Any]:
    return {"CallerReference": "c", "HealthCheckConfig": {**HEALTH, **config}}


class Bad(NamedTuple):
    service: str
    operation: str
    good: dict[str, Any]
    wrong: dict[str, Any]
    """Changes that make the valid parameters invalid; None removes one."""
    code: str
    named: tuple[str, ...]
    """Must appear in the message."""


BAD = [
    # query
    Bad(
        "elbv2",
        "set_ip_address_type",
        {"LoadBalancerArn": "arn", "IpAddressType": "ipv4"},
        {"IpAddressType": "ipv5"},
        "ValidationError",
        ("'ipv5'", "'IpAddressType'", "enum value set"),
    ),
    Bad(
        "autoscaling",
        "create_auto_scaling_group",
        GROUP,
        {"AutoScalingGroupName": "a" * 256},
        "ValidationError",
        ("'AutoScalingGroupName'", "less than or equal to 255"),
    ),
    Bad(
        "autoscaling",
        "create_auto_scaling_group",
        GROUP,
        {"MaxSize": None},
        "ValidationError",
        ("'MaxSize'", "must not be null"),
    ),
    Bad(
        "autoscaling",
        "create_auto_scaling_group",
        GROUP,
        {"MaxSize": "many"},
        "ValidationError",
        ("'MaxSize'", "'many'", "number (integer)"),
    ),
    Bad(
        "sns",
        "create_topic",
        {"Name": "t"},
        {"Name": None},
        "InvalidParameter",
        ("'Name'", "must not be null"),
    ),
    Bad(
        "iam",
        "create_role",
        {"RoleName": "r", "AssumeRolePolicyDocument": TRUST},
        {"RoleName": "a b"},
        "ValidationError",
        ("'a b'", "'RoleName'", r"[\w+=,.@-]+"),
    ),
    # ec2
    Bad(
        "ec2",
        "describe_subnets",
        {},
        {"MaxResults": 4},
        "InvalidParameterValue",
        ("'4'", "'MaxResults'", "greater than or equal to 5"),
    ),
    Bad(
        "ec2",
        "create_launch_template",
        TEMPLATE,
        {"LaunchTemplateData": None},
        "MissingParameter",
        ("'LaunchTemplateData'", "must not be null"),
    ),
    Bad(
        "ec2",
        "create_launch_template",
        TEMPLATE,
        {"LaunchTemplateData": {"InstanceType": "t9.huge"}},
        "InvalidParameterValue",
        ("'t9.huge'", "'LaunchTemplateData.InstanceType'"),
    ),
    # json
    Bad(
        "wafv2",
        "create_ip_set",
        IP_SET,
        {"Description": "Route 53's checkers"},
        "ValidationException",
        ("'Route 53's checkers'", "'Description'", "regular expression"),
    ),
    Bad(
        "wafv2",
        "create_ip_set",
        IP_SET,
        {"Scope": "GLOBAL"},
        "ValidationException",
        ("'GLOBAL'", "'Scope'", "CLOUDFRONT"),
    ),
    Bad(
        "acm",
        "request_certificate",
        {"DomainName": "example.net"},
        {"Tags": [{"Key": "k", "Value": "a (b)"}]},
        "ValidationException",
        ("'a (b)'", "'Tags[0].Value'"),
    ),
    Bad(
        "cloudwatch",
        "put_metric_alarm",
        ALARM,
        {"Period": 0},
        "ValidationError",
        ("'0'", "'Period'", "greater than or equal to 1"),
    ),
    Bad(
        "logs",
        "create_log_group",
        {"logGroupName": "g"},
        {"logGroupName": "a:b"},
        "InvalidParameterException",
        ("'a:b'", "'logGroupName'"),
    ),
    Bad(
        "kms",
        "create_key",
        {},
        {"Description": "x" * 8193},
        "ValidationException",
        ("'Description'", "less than or equal to 8192"),
    ),
    # rest-json
    Bad(
        "lambda",
        "update_function_configuration",
        FUNCTION,
        {"Timeout": 0},
        "ValidationException",
        ("'0'", "'Timeout'", "greater than or equal to 1"),
    ),
    Bad(
        "lambda",
        "update_function_configuration",
        FUNCTION,
        {"Role": "r"},
        "ValidationException",
        ("'r'", "'Role'", "regular expression"),
    ),
    Bad(
        "lambda",
        "update_function_code",
        {**FUNCTION, "S3Bucket": "code", "S3Key": "f.zip"},
        {"Publish": "yes"},
        "ValidationException",
        ("'yes'", "'Publish'", "boolean"),
    ),
    Bad(
        "lambda",
        "get_function",
        {"FunctionName": "f"},
        {"FunctionName": "a b"},
        "ValidationException",
        ("'a b'", "'FunctionName'"),
    ),
    # rest-xml
    Bad(
        "route53",
        "create_health_check",
        check(),
        check(FailureThreshold=11),
        "InvalidInput",
        ("'11'", "'HealthCheckConfig.FailureThreshold'", "less than or equal to 10"),
    ),
    Bad(
        "route53",
        "create_health_check",
        check(),
        check(Type="ICMP"),
        "InvalidInput",
        ("'ICMP'", "'HealthCheckConfig.Type'"),
    ),
    Bad(
        "route53",
        "change_resource_record_sets",
        change(),
        change(SetIdentifier="x" * 129),
        "InvalidInput",
        ("'ChangeBatch.Changes[0].ResourceRecordSet.SetIdentifier'", "not 129"),
    ),
    Bad(
        "route53",
        "change_resource_record_sets",
        change(),
        change(Failover="THIRD"),
        "InvalidInput",
        ("'THIRD'", "PRIMARY"),
    ),
    Bad(
        "s3",
        "put_bucket_versioning",
        VERSIONING,
        {"VersioningConfiguration": {"Status": "On"}},
        "MalformedXML",
        ("'On'", "'VersioningConfiguration.Status'"),
    ),
    Bad(
        "s3",
        "put_object",
        {"Bucket": "b", "Key": "k"},
        {"StorageClass": "COLD"},
        "InvalidArgument",
        ("'COLD'", "'StorageClass'"),
    ),
]
IDS = [f"{row.service}.{row.operation}.{'.'.join(row.wrong)}" for row in BAD]


@pytest.mark.parametrize("bad", BAD, ids=IDS)
def test_what_the_model_does_not_allow_is_refused_and_the_rest_passes(bad: Bad) -> None:
    with pytest.raises(Passed):
        asked(bad.service, bad.operation, bad.good)
    wrong = {key: value for key, value in {**bad.good, **bad.wrong}.items() if value is not None}
    with pytest.raises(ClientError) as raised:
        asked(bad.service, bad.operation, wrong)
    answer = raised.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Code"] == bad.code
    message = answer["Error"]["Message"]
    assert "1 validation error detected" in message
    for name in bad.named:
        assert name in message
