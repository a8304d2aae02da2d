"""Requests to AWS, read and held to botocore's models of its services."""

from sandbox.embedded_aws.calls.call import Call, Refusal

__all__ = ["Call", "Refusal"]
