"""Fixes of moto's S3."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker, PublicAccessBlock
from moto.s3.responses import S3Response


def keep_newer_noncurrent_versions() -> None:
    """moto drops a lifecycle rule's NewerNoncurrentVersions; Terraform then waits in vain to read
    back what it wrote."""
    set_lifecycle, serialized = FakeBucket.set_lifecycle, S3Response.serialized

    def set_and_keep(self: FakeBucket, rules: list[dict[str, Any]]) -> None:
        set_lifecycle(self, rules)
        for rule, given in zip(self.rules, rules, strict=True):
            expiration = given.get("NoncurrentVersionExpiration") or {}
            rule.newer_versions = expiration.get("NewerNoncurrentVersions")

    def serialized_with_it(self: S3Response, action_result: ActionResult) -> Any:
        shown = action_result.result
        if isinstance(shown, dict) and "TransitionDefaultMinimumObjectSize" in shown:
            rules = self.backend.get_bucket_lifecycle(self.bucket_name)
            for rule, kept in zip(shown["Rules"], rules, strict=True):
                if kept.newer_versions is not None:
                    rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = (
                        kept.newer_versions
                    )
        return serialized(self, action_result)

    FakeBucket.set_lifecycle = set_and_keep
    S3Response.serialized = serialized_with_it


def buckets_tell_eventbridge() -> None:
    """moto does not read back that a bucket tells EventBridge of its objects; Terraform would turn
    it on in every plan."""
    serialized = S3Response.serialized

    def serialized_with_it(self: S3Response, action_result: ActionResult) -> Any:
        shown = action_result.result
        if isinstance(shown, dict) and "TopicConfigurations" in shown:
            kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
            if kept is not None and kept.event_bridge is not None:
                shown["EventBridgeConfiguration"] = {}
        return serialized(self, action_result)

    S3Response.serialized = serialized_with_it


def buckets_are_private() -> None:
    """moto creates buckets with ACLs and without Block Public Access; AWS has done the opposite
    since April 2023:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html"""
    make = FakeBucket.__init__

    def make_private(self: FakeBucket, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.ownership_rule = "BucketOwnerEnforced"
        self.public_access_block = PublicAccessBlock("true", "true", "true", "true")

    FakeBucket.__init__ = make_private


def suspended_buckets_are_emptied() -> None:
    """moto cannot delete a delete marker once versioning is suspended, as Terraform does before it
    empties a bucket."""
    FakeDeleteMarker.dispose = lambda _: None
