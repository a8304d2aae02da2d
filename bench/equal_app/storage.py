"""What Terraform has resources for, and CloudFormation properties of a bucket."""

# pyright: basic, reportMissingImports=false

from aws_cdk import aws_s3 as s3

from bench.equal_app.values import Json


def lifecycle(body: Json) -> Json:
    rules = [
        s3.CfnBucket.RuleProperty(id=rule["id"], status=rule["status"], prefix="", **_expiry(rule))
        for rule in body["rule"]
    ]
    return {"lifecycle_configuration": s3.CfnBucket.LifecycleConfigurationProperty(rules=rules)}


def _expiry(rule: Json) -> Json:
    found: Json = {}
    for expiration in rule.get("noncurrent_version_expiration", []):
        found["noncurrent_version_expiration"] = s3.CfnBucket.NoncurrentVersionExpirationProperty(
            **expiration
        )
    for upload in rule.get("abort_incomplete_multipart_upload", []):
        found["abort_incomplete_multipart_upload"] = (
            s3.CfnBucket.AbortIncompleteMultipartUploadProperty(**upload)
        )
    for expiration in rule.get("expiration", []):
        if "days" in expiration:
            found["expiration_in_days"] = expiration["days"]
    return found


def ownership(body: Json) -> Json:
    rule = s3.CfnBucket.OwnershipControlsRuleProperty(**body["rule"])
    return {"ownership_controls": s3.CfnBucket.OwnershipControlsProperty(rules=[rule])}


def access(body: Json) -> Json:
    named = ("block_public_acls", "block_public_policy", "ignore_public_acls")
    access = s3.CfnBucket.PublicAccessBlockConfigurationProperty(
        **{name: body[name] for name in (*named, "restrict_public_buckets")}
    )
    return {"public_access_block_configuration": access}


def encryption(body: Json) -> Json:
    default = body["rule"][0]["apply_server_side_encryption_by_default"]
    rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(
        server_side_encryption_by_default=s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
            **default
        )
    )
    encryption = s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule])
    return {"bucket_encryption": encryption}


def versioning(body: Json) -> Json:
    versioning = s3.CfnBucket.VersioningConfigurationProperty(**body["versioning_configuration"])
    return {"versioning_configuration": versioning}
