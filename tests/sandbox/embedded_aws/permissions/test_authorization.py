"""What a role may do in the embedded AWS: requests with credentials from STS."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.permissions.roles import Role, allow, deny

REGION = "us-east-1"
BUCKET = "switch"
KEY = "failed-over"
OBJECT = f"arn:aws:s3:::{BUCKET}/{KEY}"


@pytest.fixture(scope="module")
def bucket(aws: EmbeddedAws) -> str:
    s3 = aws.client("s3", REGION)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"")
    return BUCKET


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str, int]:
    """The code, message and status of the refusal."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return response["Error"]["Code"], response["Error"]["Message"], status


def test_the_administrator_may_do_anything(aws: EmbeddedAws, bucket: str) -> None:
    assert aws.client("s3", REGION).get_object(Bucket=bucket, Key=KEY)["Body"].read() == b""


def test_a_role_without_policies_may_ask_who_it_is(aws: EmbeddedAws) -> None:
    role = Role(aws)
    assert role.client("sts").get_caller_identity()["Account"] == ACCOUNT
    code, message, status = refused(role.client("autoscaling").describe_auto_scaling_groups)
    assert (code, status) == ("AccessDenied", 403)
    assert message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{role.name}/test is not authorized to perform:"
        " autoscaling:DescribeAutoScalingGroups because no identity-based policy allows the"
        " autoscaling:DescribeAutoScalingGroups action"
    )


def test_a_role_may_do_what_its_policy_allows_and_no_more(aws: EmbeddedAws, bucket: str) -> None:
    role = Role(aws, allow("s3:GetObject", on=OBJECT))
    s3 = role.client("s3")
    assert s3.get_object(Bucket=bucket, Key=KEY)["ContentLength"] == 0
    code, message, status = refused(s3.put_object, Bucket=bucket, Key=KEY, Body=b"")
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith(
        f'is not authorized to perform: s3:PutObject on resource: "{OBJECT}"'
        " because no identity-based policy allows the s3:PutObject action"
    )
    role.put(allow("s3:GetObject", "s3:PutObject", on=OBJECT))
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"")
    assert refused(s3.put_object, Bucket=bucket, Key="cleared", Body=b"")[0] == "AccessDenied"


def test_a_delete_may_be_allowed_by_etag_alone(aws: EmbeddedAws, bucket: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html"""
    by_etag = {"Null": {"s3:if-match": "false"}}
    where = {"Bucket": bucket, "Key": "mark"}
    on = f"arn:aws:s3:::{bucket}/mark"
    etag = aws.client("s3", REGION).put_object(**where, Body=b"")["ETag"]
    role = Role(
        aws, allow("s3:GetObject", on=on), allow("s3:DeleteObject", on=on, Condition=by_etag)
    )
    assert refused(role.client("s3").delete_object, **where)[0] == "AccessDenied"
    role.client("s3").delete_object(**where, IfMatch=etag)


def test_a_managed_policy_counts_too(aws: EmbeddedAws, bucket: str) -> None:
    role = Role(aws)
    iam = aws.client("iam", REGION)
    document = {"Version": "2012-10-17", "Statement": allow("s3:GetObject", on=OBJECT)}
    policy = iam.create_policy(PolicyName="read", PolicyDocument=json.dumps(document))["Policy"]
    iam.attach_role_policy(RoleName=role.name, PolicyArn=policy["Arn"])
    role.client("s3").get_object(Bucket=bucket, Key=KEY)


def test_an_explicit_deny_wins(aws: EmbeddedAws, bucket: str) -> None:
    role = Role(aws, allow("s3:*"), deny("s3:GetObject", on=OBJECT))
    said = refused(role.client("s3").get_object, Bucket=bucket, Key=KEY)[1]
    assert said.endswith("with an explicit deny in an identity-based policy")


def test_who_may_not_list_is_not_told_that_an_object_is_missing(
    aws: EmbeddedAws, bucket: str
) -> None:
    role = Role(aws, allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*"))
    s3 = role.client("s3")
    assert refused(s3.head_object, Bucket=bucket, Key="gone")[0] == "403"
    code, message, _ = refused(s3.get_object, Bucket=bucket, Key="gone")
    assert code == "AccessDenied"
    assert "s3:ListBucket" in message
    role.put(
        allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*"),
        allow("s3:ListBucket", on=f"arn:aws:s3:::{bucket}"),
    )
    assert refused(s3.get_object, Bucket=bucket, Key="gone")[0] == "NoSuchKey"
    assert refused(s3.head_object, Bucket=bucket, Key="gone")[0] == "404"


def test_a_buckets_policy_denies_and_allows(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3", REGION)
    s3.create_bucket(Bucket="guarded")
    s3.put_object(Bucket="guarded", Key=KEY, Body=b"")
    reader, writer = Role(aws), Role(aws, allow("s3:*"))
    principal = {"Principal": {"AWS": reader.arn}}
    statements = [
        allow("s3:GetObject", on="arn:aws:s3:::guarded/*", **principal),
        deny("s3:PutObject", on="arn:aws:s3:::guarded/*", Principal="*"),
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    s3.put_bucket_policy(Bucket="guarded", Policy=json.dumps(document))
    reader.client("s3").get_object(Bucket="guarded", Key=KEY)
    said = refused(writer.client("s3").put_object, Bucket="guarded", Key=KEY, Body=b"")[1]
    assert said.endswith("with an explicit deny in a resource-based policy")


def test_a_keys_policy_has_to_allow_too(aws: EmbeddedAws) -> None:
    root: dict[str, Any] = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    role = Role(aws, allow("kms:DescribeKey"))
    kms = aws.client("kms", REGION)
    for actions, told in (("kms:*",), True), (("kms:Encrypt", "kms:PutKeyPolicy"), False):
        policy = {"Version": "2012-10-17", "Statement": [allow(*actions, **root)]}
        key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]
        if told:
            role.client("kms").describe_key(KeyId=key)
        else:
            code, message, status = refused(role.client("kms").describe_key, KeyId=key)
            assert (code, status) == ("AccessDeniedException", 400)
            assert "no resource-based policy allows" in message


def test_conditions_count(aws: EmbeddedAws) -> None:
    own: dict[str, Any] = {"Condition": {"StringEquals": {"cloudwatch:namespace": "Failover"}}}
    here: dict[str, Any] = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}
    role = Role(aws, allow("cloudwatch:PutMetricData", **own), allow("ec2:DescribeVpcs", **here))
    data = [{"MetricName": "Needed", "Value": 1.0}]
    role.client("cloudwatch").put_metric_data(Namespace="Failover", MetricData=data)
    other = refused(role.client("cloudwatch").put_metric_data, Namespace="Other", MetricData=data)
    assert other[0] == "AccessDenied"
    role.client("ec2", "eu-west-1").describe_vpcs()
    assert refused(role.client("ec2", "us-east-1").describe_vpcs)[0] == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        ("ec2", "describe_instances", "UnauthorizedOperation", 403),
        ("elbv2", "describe_load_balancers", "AccessDenied", 403),
        ("iam", "list_roles", "AccessDenied", 403),
        ("route53", "list_hosted_zones", "AccessDenied", 403),
        ("lambda", "list_functions", "AccessDeniedException", 403),
        ("logs", "describe_log_groups", "AccessDeniedException", 400),
        ("events", "list_rules", "AccessDeniedException", 400),
        ("sns", "list_topics", "AuthorizationError", 403),
        ("sqs", "list_queues", "AccessDenied", 403),
        ("acm", "list_certificates", "AccessDeniedException", 400),
        ("service-quotas", "list_services", "AccessDeniedException", 400),
    ],
)
def test_each_service_refuses_in_its_own_code(
    aws: EmbeddedAws, service: str, operation: str, code: str, status: int
) -> None:
    found = refused(getattr(Role(aws).client(service), operation))
    assert (found[0], found[2]) == (code, status)
    assert "is not authorized to perform: " in found[1]


def test_keys_that_sts_did_not_give_out_are_refused(aws: EmbeddedAws) -> None:
    role = Role(aws)
    role.credentials = {**role.credentials, "AccessKeyId": "ASIA" + "A" * 16}
    code, _, status = refused(role.client("iam").list_roles)
    assert (code, status) == ("InvalidClientTokenId", 403)


def test_a_session_policy_narrows(aws: EmbeddedAws, bucket: str) -> None:
    role = Role(aws, allow("s3:*"))
    document = {"Version": "2012-10-17", "Statement": allow("s3:GetObject", on=OBJECT)}
    session = aws.client("sts", REGION).assume_role(
        RoleArn=role.arn, RoleSessionName="narrow", Policy=json.dumps(document)
    )
    role.credentials = session["Credentials"]
    role.client("s3").get_object(Bucket=bucket, Key=KEY)
    said = refused(role.client("s3").put_object, Bucket=bucket, Key=KEY, Body=b"")[1]
    assert "no session policy allows the s3:PutObject action" in said


def test_passing_a_role_to_a_service_is_a_permission(aws: EmbeddedAws) -> None:
    other = Role(aws)
    create = {
        "FunctionName": "f",
        "Runtime": "python3.13",
        "Handler": "a.b",
        "Role": other.arn,
        "Code": {"ZipFile": b"PK\x05\x06" + bytes(18)},
    }
    to = {"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}
    role = Role(aws, allow("lambda:CreateFunction"), allow("iam:PassRole", on=other.arn, **to))
    said = refused(role.client("lambda").create_function, **create)[1]
    assert f"iam:PassRole on resource: {other.arn}" in said
    to["Condition"]["StringEquals"]["iam:PassedToService"] = "lambda.amazonaws.com"
    role.put(allow("lambda:CreateFunction"), allow("iam:PassRole", on=other.arn, **to))
    role.client("lambda").create_function(**create)
