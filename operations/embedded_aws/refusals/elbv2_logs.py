"""Elastic Load Balancing: the buckets of its logs."""

# Looks into moto, which says little of its types.
# pyright: basic, reportAttributeAccessIssue=false

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import s3_backends

from operations.embedded_aws.calls import Call, Refusal
from operations.embedded_aws.refusals.rule import Rules

PARTITION = "aws"
KINDS = ("access_logs", "connection_logs", "health_check_logs")
DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
ACTION = "s3:PutObject"


def logs_can_be_delivered(call: Call) -> None:
    """The bucket of a load balancer's logs exists, in the load balancer's region, and its policy
    lets Elastic Load Balancing write where it will, which writes a test file at once:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    asked = {one.get("Key"): one.get("Value", "") for one in call.parameters["Attributes"]}
    for kind in KINDS:
        if asked.get(f"{kind}.s3.enabled") == "true":
            name = asked.get(f"{kind}.s3.bucket", "")
            _check_bucket(call, kind, name, asked.get(f"{kind}.s3.prefix", ""))


def _check_bucket(call: Call, kind: str, name: str, prefix: str) -> None:
    where = f"Attributes: '{kind}.s3.bucket'"
    bucket = s3_backends[call.account][PARTITION].buckets.get(name)
    if bucket is None:
        raise Refusal("InvalidConfigurationRequest", f"{where}: the bucket '{name}' does not exist")
    if bucket.region_name != call.region:
        raise Refusal(
            "InvalidConfigurationRequest",
            f"{where}: the bucket '{name}' is in {bucket.region_name}, not in the load balancer's "
            f"region, {call.region}",
        )
    folder = f"{prefix}/AWSLogs" if prefix else "AWSLogs"
    test_file = f"arn:aws:s3:::{name}/{folder}/{call.account}/ELBAccessLogTestFile"
    policy = json.loads(bucket.policy) if bucket.policy else {"Statement": []}
    if not any(_allows(statement, test_file) for statement in policy["Statement"]):
        raise Refusal(
            "InvalidConfigurationRequest",
            f"Access Denied for bucket: {name}. Please check S3bucket permission: {where} needs a "
            f"policy that lets {DELIVERY} do {ACTION} on {test_file}",
        )


def _allows(statement: dict[str, Any], resource: str) -> bool:
    principal = statement.get("Principal")
    services = _listed(principal.get("Service")) if isinstance(principal, dict) else []
    return (
        statement["Effect"] == "Allow"
        and DELIVERY in services
        and any(fnmatchcase(ACTION, one) for one in _listed(statement.get("Action")))
        and any(fnmatchcase(resource, one) for one in _listed(statement.get("Resource")))
    )


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


RULES: Rules = {("elbv2", "ModifyLoadBalancerAttributes"): (logs_can_be_delivered,)}
