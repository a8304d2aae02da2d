"""Requests that AWS's models do not allow are refused, by every protocol, and others pass."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.embedded_aws.checks import Checks
from tests.operations.embedded_aws import asking


class Passed(Exception):  # noqa: N818 # an answer, not a fault
    """A request got to where moto is otherwise."""


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
BALANCER = {"Name": "web", "Subnets": ["subnet-1", "subnet-2"]}
GROUP = {"AutoScalingGroupName": "a", "MinSize": 1, "MaxSize": 2}
TEMPLATE = {"LaunchTemplateName": "mytemp", "LaunchTemplateData": {"ImageId": "ami-1"}}
FUNCTION = {"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": {}}
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


# service, operation, parameters that pass, what makes them fail, code, what the message names
BAD: list[tuple[str, str, dict[str, Any], dict[str, Any], str, tuple[str, ...]]] = [
    # query
    ("elbv2", "create_load_balancer", BALANCER, {"Type": "classic"}, "ValidationError", ("'classic'", "'Type'", "enum value set")),
    ("autoscaling", "create_auto_scaling_group", GROUP, {"AutoScalingGroupName": "a" * 256}, "ValidationError", ("'AutoScalingGroupName'", "less than or equal to 255")),
    ("autoscaling", "create_auto_scaling_group", GROUP, {"MaxSize": None}, "ValidationError", ("'MaxSize'", "must not be null")),
    ("autoscaling", "create_auto_scaling_group", GROUP, {"MaxSize": "many"}, "ValidationError", ("'MaxSize'", "'many'", "number (integer)")),
    ("sns", "create_topic", {"Name": "t"}, {"Name": None}, "InvalidParameter", ("'Name'", "must not be null")),
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}, {"RoleName": "a b"}, "ValidationError", ("'a b'", "'RoleName'", r"[\w+=,.@-]+")),
    # ec2
    ("ec2", "describe_subnets", {}, {"MaxResults": 4}, "InvalidParameterValue", ("'4'", "'MaxResults'", "greater than or equal to 5")),
    ("ec2", "create_launch_template", TEMPLATE, {"LaunchTemplateData": None}, "MissingParameter", ("'LaunchTemplateData'", "must not be null")),
    ("ec2", "create_launch_template", TEMPLATE, {"LaunchTemplateData": {"InstanceType": "t9.huge"}}, "InvalidParameterValue", ("'t9.huge'", "'LaunchTemplateData.InstanceType'")),
    # json
    ("wafv2", "create_ip_set", IP_SET, {"Description": "Route 53's checkers"}, "ValidationException", ("'Route 53's checkers'", "'Description'", "regular expression")),
    ("wafv2", "create_ip_set", IP_SET, {"Scope": "GLOBAL"}, "ValidationException", ("'GLOBAL'", "'Scope'", "CLOUDFRONT")),
    ("acm", "request_certificate", {"DomainName": "example.net"}, {"Tags": [{"Key": "k", "Value": "a (b)"}]}, "ValidationException", ("'a (b)'", "'Tags[0].Value'")),
    ("cloudwatch", "put_metric_alarm", ALARM, {"Period": 0}, "ValidationError", ("'0'", "'Period'", "greater than or equal to 1")),
    ("logs", "create_log_group", {"logGroupName": "g"}, {"logGroupName": "a:b"}, "InvalidParameterException", ("'a:b'", "'logGroupName'")),
    ("kms", "create_key", {}, {"Description": "x" * 8193}, "ValidationException", ("'Description'", "less than or equal to 8192")),
    # rest-json
    ("lambda", "create_function", FUNCTION, {"Timeout": 0}, "ValidationException", ("'0'", "'Timeout'", "greater than or equal to 1")),
    ("lambda", "create_function", FUNCTION, {"Role": "r"}, "ValidationException", ("'r'", "'Role'", "regular expression")),
    ("lambda", "create_function", FUNCTION, {"Publish": "yes"}, "ValidationException", ("'yes'", "'Publish'", "boolean")),
    ("lambda", "get_function", {"FunctionName": "f"}, {"FunctionName": "a b"}, "ValidationException", ("'a b'", "'FunctionName'")),
    # rest-xml
    ("route53", "create_health_check", check(), check(FailureThreshold=11), "InvalidInput", ("'11'", "'HealthCheckConfig.FailureThreshold'", "less than or equal to 10")),
    ("route53", "create_health_check", check(), check(Type="ICMP"), "InvalidInput", ("'ICMP'", "'HealthCheckConfig.Type'")),
    ("route53", "change_resource_record_sets", change(), change(SetIdentifier="x" * 129), "InvalidInput", ("'ChangeBatch.Changes[0].ResourceRecordSet.SetIdentifier'", "not 129")),
    ("route53", "change_resource_record_sets", change(), change(Failover="THIRD"), "InvalidInput", ("'THIRD'", "PRIMARY")),
    ("s3", "put_bucket_versioning", VERSIONING, {"VersioningConfiguration": {"Status": "On"}}, "MalformedXML", ("'On'", "'VersioningConfiguration.Status'")),
    ("s3", "put_object", {"Bucket": "b", "Key": "k"}, {"StorageClass": "COLD"}, "InvalidArgument", ("'COLD'", "'StorageClass'")),
]  # fmt: skip
IDS = [f"{row[0]}.{row[1]}.{'.'.join(row[3])}" for row in BAD]


@pytest.mark.parametrize(("service", "operation", "good", "bad", "code", "named"), BAD, ids=IDS)
def test_what_the_model_does_not_allow_is_refused_and_the_rest_passes(
    service: str,
    operation: str,
    good: dict[str, Any],
    bad: dict[str, Any],
    code: str,
    named: tuple[str, ...],
) -> None:
    with pytest.raises(Passed):
        asked(service, operation, good)
    wrong = {key: value for key, value in {**good, **bad}.items() if value is not None}
    with pytest.raises(ClientError) as raised:
        asked(service, operation, wrong)
    answer = raised.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Code"] == code
    message = answer["Error"]["Message"]
    assert "1 validation error detected" in message
    for name in named:
        assert name in message
