"""Creates in the embedded AWS what tests without a bootstrap stack need."""

from environments import Environment
from sandbox.embedded_aws import EmbeddedAws


def create_state_buckets(environment: Environment, aws: EmbeddedAws) -> None:
    """The bootstrap stack's buckets, with nothing configured."""
    for stack in environment.remote_stacks:
        backend = environment.backend(stack)
        where = {"CreateBucketConfiguration": {"LocationConstraint": backend.region}}
        aws.client("s3", backend.region).create_bucket(
            Bucket=backend.bucket, **({} if backend.region == "us-east-1" else where)
        )
