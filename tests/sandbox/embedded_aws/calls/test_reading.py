"""Requests of every protocol are read back as the parameters given to boto3."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.calls.reading import read
from tests.sandbox.embedded_aws import asking

WHEN = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
HASH = b"\x00\xff binary"
ENCRYPT = "TrentService.Encrypt"
HEALTH_CHECKS = "/2013-04-01/healthcheck"
ADDED_BY_BOTO3 = {"ChecksumAlgorithm", "ChecksumMode", "ClientToken", "ContentMD5", "EncodingType"}


class Reader:
    """Stands in for moto: reads each request twice, and keeps its body."""

    def __init__(self) -> None:
        self.call: Call | None = None
        self.body = b""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.call = read(environ)
        assert read(environ) is self.call
        self.body = asking.read_back(environ)
        start_response("200 OK", [])
        return [b""]


def reading(service: str, operation: str, **parameters: Any) -> Reader:
    reader = Reader()
    try:
        getattr(asking.client(reader, service, "eu-west-1"), operation)(**parameters)
    except Exception:  # some clients cannot parse an empty answer
        assert reader.call is not None
    return reader


READ: list[tuple[str, str, dict[str, Any]]] = [
    # query
    (
        "elbv2",
        "create_target_group",
        {
            "Name": "web",
            "Port": 80,
            "HealthCheckEnabled": True,
            "Matcher": {"HttpCode": "200"},
            "Tags": [{"Key": "Owner", "Value": "us"}, {"Key": "Name", "Value": "a&b=ü"}],
        },
    ),
    ("autoscaling", "set_desired_capacity", {"AutoScalingGroupName": "a", "DesiredCapacity": 3}),
    ("autoscaling", "describe_auto_scaling_groups", {}),
    (
        "sns",
        "set_endpoint_attributes",
        {"EndpointArn": "arn", "Attributes": {"Enabled": "true", "Token": "x"}},
    ),
    (
        "sns",
        "publish",
        {
            "Message": "m",
            "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": HASH}},
        },
    ),
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": '{"a": [1, 2]}'}),
    (
        "rds",
        "describe_db_instances",
        {"Filters": [{"Name": "engine", "Values": ["mysql", "aurora"]}]},
    ),
    # ec2
    (
        "ec2",
        "run_instances",
        {
            "ImageId": "ami-1",
            "MinCount": 1,
            "MaxCount": 2,
            "SecurityGroupIds": ["sg-1", "sg-2"],
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True}}
            ],
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}
            ],
            "IamInstanceProfile": {"Name": "p"},
        },
    ),
    (
        "ec2",
        "describe_subnets",
        {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}], "DryRun": False},
    ),
    # json
    (
        "cloudwatch",
        "put_metric_data",
        {
            "Namespace": "n",
            "MetricData": [{"MetricName": "m", "Value": 1.0, "Timestamp": WHEN, "Values": [1.5]}],
        },
    ),
    ("acm", "request_certificate", {"DomainName": "a.b", "SubjectAlternativeNames": ["c.d"]}),
    ("kms", "encrypt", {"KeyId": "k", "Plaintext": HASH, "EncryptionContext": {"a": "b"}}),
    ("logs", "put_retention_policy", {"logGroupName": "g", "retentionInDays": 7}),
    ("sqs", "send_message", {"QueueUrl": "http://127.0.0.1:1/1/q", "MessageBody": "m"}),
    ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "1"}, "b": {"B": HASH}}}),
    # rest-json
    (
        "lambda",
        "create_function",
        {
            "FunctionName": "f",
            "Role": "r",
            "Code": {"ZipFile": HASH},
            "Environment": {"Variables": {"A": "1"}},
            "Timeout": 3,
            "Publish": True,
        },
    ),
    ("lambda", "get_function", {"FunctionName": "arn:aws:lambda:r:1:function:f", "Qualifier": "1"}),
    ("lambda", "invoke", {"FunctionName": "f", "InvocationType": "Event", "Payload": HASH}),
    ("lambda", "untag_resource", {"Resource": "arn:aws:lambda:x", "TagKeys": ["a", "b"]}),
    # rest-xml
    (
        "route53",
        "change_resource_record_sets",
        {
            "HostedZoneId": "Z1",
            "ChangeBatch": {
                "Comment": "c",
                "Changes": [
                    {
                        "Action": "UPSERT",
                        "ResourceRecordSet": {
                            "Name": "a.b",
                            "Type": "A",
                            "TTL": 60,
                            "ResourceRecords": [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}],
                        },
                    },
                    {
                        "Action": "DELETE",
                        "ResourceRecordSet": {
                            "Name": "c.d",
                            "Type": "A",
                            "AliasTarget": {
                                "HostedZoneId": "Z2",
                                "DNSName": "e.f",
                                "EvaluateTargetHealth": True,
                            },
                        },
                    },
                ],
            },
        },
    ),
    ("route53", "list_resource_record_sets", {"HostedZoneId": "Z1", "StartRecordName": "a"}),
    (
        "s3",
        "put_bucket_lifecycle_configuration",
        {
            "Bucket": "b",
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "ID": "old",
                        "Status": "Enabled",
                        "Filter": {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}},
                        "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                    }
                ]
            },
        },
    ),
    (
        "s3",
        "put_bucket_acl",
        {
            "Bucket": "b",
            "AccessControlPolicy": {
                "Grants": [
                    {
                        "Grantee": {"Type": "Group", "URI": "http://acs/LogDelivery"},
                        "Permission": "WRITE",
                    }
                ],
                "Owner": {"ID": "me"},
            },
        },
    ),
    ("s3", "put_bucket_policy", {"Bucket": "b", "Policy": '{"Version": "2012-10-17"}'}),
    ("s3", "create_bucket", {"Bucket": "b"}),
    ("s3", "get_object", {"Bucket": "b", "Key": "a/b c", "IfModifiedSince": WHEN}),
    ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "p/", "MaxKeys": 5}),
    ("s3", "head_object", {"Bucket": "b", "Key": "k"}),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"), READ, ids=[f"{row[0]}.{row[1]}" for row in READ]
)
def test_it_is_read_as_it_was_asked(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    call = reading(service, operation, **parameters).call
    assert call is not None
    assert (call.service, call.region, call.access_key) == (service, "eu-west-1", "test")
    assert call.operation.lower() == operation.replace("_", "")
    said = {key: value for key, value in call.parameters.items() if key in parameters}
    assert said == parameters
    assert call.parameters.keys() - parameters <= ADDED_BY_BOTO3


@pytest.mark.parametrize(
    ("service", "operation", "parameters"), READ, ids=[f"{row[0]}.{row[1]}" for row in READ]
)
def test_its_body_can_be_read_again(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    sent: list[Any] = []
    reader = Reader()
    client = asking.client(reader, service)
    client.meta.events.register_first("before-send", lambda request, **_: sent.append(request.body))
    try:
        getattr(client, operation)(**parameters)
    except Exception:  # some clients cannot parse an empty answer
        assert reader.call is not None
    (body,) = sent
    assert reader.body == (body.encode() if isinstance(body, str) else body or b"")


def test_an_objects_body_is_no_parameter_and_stays() -> None:
    reader = reading("s3", "put_object", Bucket="b", Key="k", Body=b"x" * 100, Metadata={"a": "b"})
    assert reader.call is not None
    assert reader.call.operation == "PutObject"
    assert reader.call.parameters["Metadata"] == {"a": "b"}
    assert "Body" not in reader.call.parameters
    assert b"x" * 100 in reader.body


def signed(service: str, **environ: Any) -> dict[str, Any]:
    credential = f"Credential=test/20250101/us-east-1/{service}/aws4_request"
    return {"HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {credential}, Signature=abc", **environ}


def form(service: str, text: str) -> dict[str, Any]:
    builder = asking.EnvironBuilder(
        method="POST", data=text, content_type="application/x-www-form-urlencoded"
    )
    return {**builder.get_environ(), **signed(service)}


def test_what_a_form_says_and_the_model_does_not_know_stays_by_its_name() -> None:
    text = "Action=CreateTargetGroup&Version=2015-12-01&Name=web&Nmae=x&Tags.member.1.Kay=y"
    call = read(form("elasticloadbalancing", text))
    assert call is not None
    assert call.parameters == {"Name": "web", "Nmae": "x", "Tags": [{}], "Tags.member.1.Kay": "y"}


def test_what_an_xml_body_says_twice_or_wrongly_stays_by_its_name() -> None:
    body = "<Tagging><TagSet><Tag><Key>a</Key><Key>b</Key><Vlaue>c</Vlaue></Tag></TagSet></Tagging>"
    built = asking.EnvironBuilder(method="PUT", path="/bucket?tagging", data=body)
    call = read({**built.get_environ(), "RAW_URI": "/bucket?tagging", **signed("s3")})
    assert call is not None
    read_so = {"Key": "a", "Key (again)": "b", "Vlaue": "c"}
    assert call.parameters["Tagging"]["TagSet"] == [read_so]


def test_the_version_tells_the_older_load_balancers() -> None:
    old = read(form("elasticloadbalancing", "Action=DescribeLoadBalancers&Version=2012-06-01"))
    new = read(form("elasticloadbalancing", "Action=DescribeLoadBalancers&Version=2015-12-01"))
    assert old is not None
    assert new is not None
    assert (old.service, new.service) == ("elb", "elbv2")


def test_a_compressed_body_is_read() -> None:
    """boto3 compresses bodies over 10,240 bytes for some operations."""
    data = [
        {
            "MetricName": "m" * 200,
            "Value": float(number),
            "Dimensions": [{"Name": "n", "Value": "v"}],
        }
        for number in range(200)
    ]
    reader = reading("cloudwatch", "put_metric_data", Namespace="Mine", MetricData=data)
    assert reader.body[:2] == b"\x1f\x8b", "moto gets it as it came"
    assert reader.call is not None
    assert reader.call.parameters == {"Namespace": "Mine", "MetricData": data}


def test_a_body_that_is_not_compressed_is_refused() -> None:
    environ = form("ec2", "Action=DescribeVpcs&Version=2016-11-15")
    with pytest.raises(Refusal, match="Content-Encoding: gzip") as raised:
        read({**environ, "HTTP_CONTENT_ENCODING": "gzip"})
    assert raised.value.code == "SerializationException"


@pytest.mark.parametrize(
    "text",
    [
        "Action=RunInstance&Version=2016-11-15",
        "Action=RunInstances&Version=2000-01-01",
        "Action=RunInstances",
    ],
)
def test_another_operation_or_version_is_refused(text: str) -> None:
    environ = form("ec2", text)
    for _ in range(2):
        with pytest.raises(Refusal, match="ec2 has no operation RunInstance") as raised:
            read(environ)
        assert raised.value.code == "InvalidAction"


def test_an_unsigned_request_is_not_read() -> None:
    assert read(asking.EnvironBuilder().get_environ()) is None


def test_a_service_that_botocore_does_not_know_is_not_read() -> None:
    assert read({**asking.EnvironBuilder().get_environ(), **signed("no-such-service")}) is None


@pytest.mark.parametrize(
    ("service", "asked", "code"),
    [
        ("kms", {"data": "{", "headers": {"X-Amz-Target": ENCRYPT}}, "SerializationException"),
        ("kms", {"headers": {"X-Amz-Target": "TrentService.Encrpyt"}}, "UnknownOperationException"),
        ("kms", {"headers": {"X-Amz-Target": "Encrypt"}}, "UnknownOperationException"),
        ("route53", {"data": "<a", "path": HEALTH_CHECKS}, "MalformedXML"),
        ("route53", {"data": "<Other/>", "path": HEALTH_CHECKS}, "MalformedXML"),
        ("route53", {"path": "/2013-04-01/nothing"}, "UnknownOperationException"),
    ],
)
def test_what_cannot_be_read_is_refused(service: str, asked: dict[str, Any], code: str) -> None:
    environ = asking.EnvironBuilder(method="POST", **asked).get_environ()
    with pytest.raises(Refusal) as raised:
        read({**environ, **signed(service)})
    assert raised.value.code == code
