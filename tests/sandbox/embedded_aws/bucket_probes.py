"""Probes an AWS for buckets, and for what services do to them."""

import json
from uuid import uuid4

from botocore.exceptions import ClientError

from modules.buckets import bucket_policy
from sandbox.embedded_aws import EmbeddedAws

REGION = "us-east-1"


def _bucket(aws: EmbeddedAws) -> str:
    name = f"x{uuid4().hex[:20]}"
    aws.client("s3", REGION).create_bucket(Bucket=name)
    return name


def buckets_are_private(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    try:
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        rules = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    except ClientError:
        return False
    assert len(block) == 4
    return all(block.values()) and rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def buckets_let_flow_logs_in(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    own = bucket_policy(name)
    s3.put_bucket_policy(Bucket=name, Policy=own)

    def log() -> str:
        vpc = aws.client("ec2", REGION).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = aws.client("ec2", REGION).create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination=f"arn:aws:s3:::{name}",
        )
        assert not made["Unsuccessful"]
        return s3.get_bucket_policy(Bucket=name)["Policy"]

    changed = log()
    sids = [statement["Sid"] for statement in json.loads(changed)["Statement"]]
    added = sids == ["TlsOnly", "AWSLogDeliveryWrite", "AWSLogDeliveryAclCheck"]
    return added and log() == changed
