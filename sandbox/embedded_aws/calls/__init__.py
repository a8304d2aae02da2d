"""Reads requests to AWS and validates them against botocore's service models."""

from sandbox.embedded_aws.calls.call import Call, Refusal

__all__ = ["Call", "Refusal"]
