"""Fixes of moto's flow logs."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import json
from typing import Any

from moto.ec2.models.flow_logs import FlowLogsBackend
from moto.s3.models import s3_backends

from sandbox.embedded_aws.refusals.policies import PolicyRequest, lets, service_context

DELIVERY = "delivery.logs.amazonaws.com"
ACL = "bucket-owner-full-control"


def buckets_let_flow_logs_in() -> None:
    """moto leaves a flow log's bucket policy alone. AWS adds the statements that log delivery needs
    where they are missing, so the policy's author finds it changed: "This new auto-generated policy
    is appended to the original policy."

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
    """
    create = FlowLogsBackend.create_flow_logs

    def create_and_let_in(self: FlowLogsBackend, *args: Any, **kwargs: Any) -> Any:
        made, failed = create(self, *args, **kwargs)
        for log in made:
            if log.log_destination_type == "s3":
                _let_in(self.account_id, self.region_name, log.log_destination)
        return made, failed

    FlowLogsBackend.create_flow_logs = create_and_let_in


def _let_in(account: str, region: str, destination: str) -> None:
    name, _, folder = destination.rpartition(":::")[2].partition("/")
    bucket = s3_backends[account]["aws"].buckets[name]
    source = f"arn:aws:logs:{region}:{account}:x"
    context = {**service_context(account, source), "s3:x-amz-acl": ACL}
    own = f"arn:aws:s3:::{name}"
    objects = "/".join(filter(None, (own, folder.strip("/"), "AWSLogs", account, "*")))
    policy = bucket.policy.decode() if bucket.policy else None
    wanted = (("s3:PutObject", objects), ("s3:GetBucketAcl", own))
    if all(lets(policy, PolicyRequest(DELIVERY, action, on, context)) for action, on in wanted):
        return
    document = json.loads(policy or '{"Version": "2012-10-17", "Statement": []}')
    document["Statement"] += _statements(own, objects, account, region)
    bucket.policy = json.dumps(document).encode()


def _statements(own: str, objects: str, account: str, region: str) -> list[dict[str, Any]]:
    source = f"arn:aws:logs:{region}:{account}:*"
    whose = {"aws:SourceAccount": [account]}
    allow = {"Effect": "Allow", "Principal": {"Service": DELIVERY}}
    arn = {"ArnLike": {"aws:SourceArn": [source]}}
    return [
        {
            "Sid": "AWSLogDeliveryWrite",
            **allow,
            "Action": "s3:PutObject",
            "Resource": objects,
            "Condition": {"StringEquals": {**whose, "s3:x-amz-acl": ACL}, **arn},
        },
        {
            "Sid": "AWSLogDeliveryAclCheck",
            **allow,
            "Action": "s3:GetBucketAcl",
            "Resource": own,
            "Condition": {"StringEquals": whose, **arn},
        },
    ]
