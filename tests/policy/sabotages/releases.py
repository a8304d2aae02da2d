"""Violations of the rules on releases."""

from collections.abc import Callable

from policy.rules import buckets, identity, regions
from tests.policy.sabotages.rule_sabotage import violates
from tests.sabotage import Statements, gone, put, statements, without_condition

GITHUB = "token.actions.githubusercontent.com"
DELIVERY = "aws_iam_role.delivery_role"
BUCKET, POLICY = "aws_s3_bucket.releases", "aws_s3_bucket_policy.releases_policy"


def overwritable(key: str) -> Callable[[Statements], None]:
    """Removes the denial of unconditional writes to these objects."""

    def edit(found: Statements) -> None:
        found[:] = [one for one in found if not str(one["Resource"]).endswith(f"/{key}")]

    return edit


def from_the_primary(found: Statements) -> None:
    for one in found:
        one["Resource"] = one["Resource"].replace("-dr-releases", "-primary-releases")


def any_branch(found: Statements) -> None:
    (statement,) = found
    statement["Condition"] = {
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
        "StringLike": {f"{GITHUB}:sub": "repo:octo-org/shop:*"},
    }


def the_other_region(found: Statements) -> None:
    (statement,) = found
    keys = statement["Condition"]["StringEquals"]
    keys[f"{GITHUB}:sub"] = keys[f"{GITHUB}:sub"].replace("-dr", "-primary")


SABOTAGES = (
    violates(
        identity.role_is_assumed_by_services_alone,
        "a delivery role for every branch of the repository",
        statements("primary", DELIVERY, any_branch, "assume_role_policy"),
        example="release",
    ),
    violates(
        identity.role_is_assumed_by_services_alone,
        "a delivery role for the other region's environment",
        statements("dr", DELIVERY, the_other_region, "assume_role_policy"),
        example="release",
    ),
    violates(
        buckets.kept_bucket_keeps_versions,
        "a history of releases that is overwritten",
        gone("dr", "aws_s3_bucket_versioning.releases_versioning"),
        example="release",
    ),
    violates(
        buckets.release_is_written_once,
        "a release that may be overwritten",
        statements("primary", POLICY, overwritable("releases/*")),
        example="release",
    ),
    violates(
        buckets.release_is_written_once,
        "a current release that is not compared",
        statements("dr", POLICY, overwritable("current")),
        example="release",
    ),
    violates(
        buckets.release_is_written_once,
        "a release that nobody can upload in parts",
        statements("dr", POLICY, without_condition("s3:ObjectCreationOperation")),
        example="release",
    ),
    violates(
        buckets.release_is_written_once,
        "a region without a bucket for releases",
        gone("primary", BUCKET, POLICY),
        example="release",
    ),
    violates(
        regions.bucket_is_in_the_region_it_serves,
        "releases in a bucket of another name",
        put("dr", BUCKET, "bucket", "elsewhere"),
        buckets.bucket_wants_tls,
        buckets.release_is_written_once,
        example="release",
    ),
    violates(
        regions.regional_stack_names_no_other_region,
        "instances that fetch from the other region",
        statements("dr", "aws_iam_role_policy.instance_policy", from_the_primary),
        example="release",
    ),
)
