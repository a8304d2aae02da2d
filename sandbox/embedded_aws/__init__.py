"""An AWS on loopback: moto in its own process, which can lose a region and get it back."""

from sandbox.embedded_aws.client import EmbeddedAws, EmbeddedAwsError
from sandbox.embedded_aws.process import ACCOUNT, Started, cloned, find, started, stop

__all__ = [
    "ACCOUNT",
    "EmbeddedAws",
    "EmbeddedAwsError",
    "Started",
    "cloned",
    "find",
    "started",
    "stop",
]
