"""What tests that apply no bootstrap stack need in the embedded AWS instead."""

from environments import REMOTE_STACKS, Environment
from sandbox.embedded_aws import EmbeddedAws


def create_state_buckets(environment: Environment, aws: EmbeddedAws) -> None:
    """The buckets of the bootstrap stack, as bare as can be."""
    for stack in REMOTE_STACKS:
        backend = environment.backend(stack)
        where = {"CreateBucketConfiguration": {"LocationConstraint": backend.region}}
        aws.client("s3", backend.region).create_bucket(
            Bucket=backend.bucket, **({} if backend.region == "us-east-1" else where)
        )
