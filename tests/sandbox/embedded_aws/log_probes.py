"""Probes an AWS for firewalls, events and logs."""

import json
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique

REGION = "us-east-1"


def keep_data_protection(aws: EmbeddedAws) -> bool:
    wafv2, name = aws.client("wafv2", REGION), unique()
    settings: dict[str, Any] = {
        "Name": name,
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": {
            "SampledRequestsEnabled": True,
            "CloudWatchMetricsEnabled": True,
            "MetricName": name,
        },
    }
    seen: list[Any] = []

    def protection(of: str) -> dict[str, Any]:
        return {"DataProtections": [{"Field": {"FieldType": of}, "Action": "SUBSTITUTION"}]}

    def look(acl: str) -> str:
        read = wafv2.get_web_acl(Name=name, Scope="REGIONAL", Id=acl)
        seen.append(read["WebACL"].get("DataProtectionConfig"))
        return read["LockToken"]

    made = wafv2.create_web_acl(**settings, DataProtectionConfig=protection("QUERY_STRING"))
    acl = made["Summary"]["Id"]
    lock = look(acl)
    changed = protection("BODY")
    wafv2.update_web_acl(**settings, Id=acl, LockToken=lock, DataProtectionConfig=changed)
    lock = look(acl)
    wafv2.update_web_acl(**settings, Id=acl, LockToken=lock)
    look(acl)
    return seen == [protection("QUERY_STRING"), changed, None]


def groups_take_another_key(aws: EmbeddedAws) -> bool:
    logs, name = aws.client("logs", REGION), unique()
    keys = [_key_for_logs(aws) for _ in range(2)]
    logs.create_log_group(logGroupName=name, kmsKeyId=keys[0])
    try:
        logs.associate_kms_key(logGroupName=name, kmsKeyId=keys[1])
    except (ClientError, ResponseParserError):
        return False
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return group["kmsKeyId"] == keys[1]


def _key_for_logs(aws: EmbeddedAws) -> str:
    """The ARN of a KMS key that CloudWatch Logs may use."""
    statements = [
        {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
        for principal in (
            {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            {"Service": f"logs.{REGION}.amazonaws.com"},
        )
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return aws.client("kms", REGION).create_key(Policy=policy)["KeyMetadata"]["Arn"]


def query_logs_take_plain_arns(aws: EmbeddedAws) -> bool:
    route53, logs = aws.client("route53", REGION), aws.client("logs", REGION)
    name = f"x{uuid4().hex[:20]}.example"
    zone = route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
    logs.create_log_group(logGroupName=f"/aws/route53/{name}")
    (group,) = logs.describe_log_groups(logGroupNamePrefix=f"/aws/route53/{name}")["logGroups"]
    arn = group["arn"].removesuffix(":*")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{arn}:*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName=name, policyDocument=policy)
    try:
        made = route53.create_query_logging_config(
            HostedZoneId=zone.removeprefix("/hostedzone/"), CloudWatchLogsLogGroupArn=arn
        )["QueryLoggingConfig"]
    except ClientError:
        return False
    read = route53.get_query_logging_config(Id=made["Id"])["QueryLoggingConfig"]
    return read["CloudWatchLogsLogGroupArn"] == arn


def lock_tokens_are_uuids(aws: EmbeddedAws) -> bool:
    wafv2 = aws.client("wafv2", REGION)
    name = {"Name": unique(), "Scope": "REGIONAL"}
    made = wafv2.create_ip_set(**name, IPAddressVersion="IPV4", Addresses=[])["Summary"]
    first = made["LockToken"]
    if len(first) != len(str(uuid4())):
        return False
    next_ = wafv2.update_ip_set(**name, Id=made["Id"], Addresses=[], LockToken=first)
    wafv2.delete_ip_set(**name, Id=made["Id"], LockToken=next_["NextLockToken"])
    return True


def schedules_match_no_event(aws: EmbeddedAws) -> bool:
    events, sqs = aws.client("events", REGION), aws.client("sqs", REGION)
    name = unique()
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    target = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"}
    events.put_targets(Rule=name, Targets=[target])
    events.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])
    return not sqs.receive_message(QueueUrl=url).get("Messages")
