"""S3: lifecycle rules.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules, part

MOST_RULES = 1_000
LONGEST_ID = 255
MOST_NEWER_VERSIONS = 100
ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)
DAYS = {
    "Expiration": "Days",
    "NoncurrentVersionExpiration": "NoncurrentDays",
    "AbortIncompleteMultipartUpload": "DaysAfterInitiation",
}
SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def lifecycle_rules_are_told_apart(call: Call) -> None:
    """Refuses duplicate rule IDs, IDs longer than 255 characters, and more than 1,000 rules."""
    rules = call.parameters["LifecycleConfiguration"]["Rules"]
    if len(rules) > MOST_RULES:
        raise Refusal("MalformedXML", f"Rules: {len(rules):,}, of at most {MOST_RULES:,}")
    seen: set[str] = set()
    for place, rule in enumerate(rules):
        where, name = f"Rules[{place}].ID", rule.get("ID", "")
        if len(name) > LONGEST_ID:
            raise Refusal(
                "InvalidArgument", f"{where}: {len(name)} characters, of at most {LONGEST_ID}"
            )
        if name and name in seen:
            raise Refusal("InvalidArgument", f"{where}: Rule ID must be unique: {name!r}")
        seen.add(name)


def lifecycle_rules_do_something(call: Call) -> None:
    """Refuses a rule without an action, or with neither Filter nor Prefix."""
    for where, rule in _rules(call):
        if ("Filter" in rule) == ("Prefix" in rule):
            raise Refusal("MalformedXML", f"{where}: either a Filter or a Prefix")
        if not any(rule.get(action) for action in ACTIONS):
            raise Refusal(
                "InvalidRequest",
                f"{where}: At least one action needs to be specified, of {', '.join(ACTIONS)}",
            )


def lifecycle_days_are_positive(call: Call) -> None:
    """Refuses zero days, and more than 100 newer noncurrent versions."""
    for where, rule in _rules(call):
        for action, member in DAYS.items():
            days = part(rule, action).get(member)
            if days is not None and days < 1:
                raise Refusal(
                    "InvalidArgument", f"{where}.{action}.{member}: {days}, not a positive integer"
                )
        newer = part(rule, "NoncurrentVersionExpiration").get("NewerNoncurrentVersions")
        if newer is not None and not 1 <= newer <= MOST_NEWER_VERSIONS:
            raise Refusal(
                "InvalidArgument",
                f"{where}.NoncurrentVersionExpiration.NewerNoncurrentVersions: {newer}, not 1 to "
                f"{MOST_NEWER_VERSIONS}",
            )


def lifecycle_actions_fit_their_filter(call: Call) -> None:
    """Refuses expiry of delete markers together with days or a tag filter, and aborting uploads
    with a tag or size filter."""
    for where, rule in _rules(call):
        has = _filtered_by(part(rule, "Filter"))
        expiration = part(rule, "Expiration")
        if expiration.get("ExpiredObjectDeleteMarker") is not None:
            if "Days" in expiration or "Date" in expiration:
                raise Refusal(
                    "MalformedXML",
                    f"{where}.Expiration.ExpiredObjectDeleteMarker: not beside Days or Date",
                )
            if "Tag" in has:
                raise Refusal(
                    "InvalidRequest",
                    f"{where}.Expiration.ExpiredObjectDeleteMarker: not with tags in the Filter",
                )
        if "AbortIncompleteMultipartUpload" in rule and has & {"Tag", *SIZES}:
            raise Refusal(
                "InvalidRequest",
                f"{where}.AbortIncompleteMultipartUpload: not with tags or sizes in the Filter",
            )


def _filtered_by(filter: Mapping[str, Any]) -> set[str]:
    names = {name for name in (*filter, *part(filter, "And")) if name != "And"}
    return {"Tag" if name == "Tags" else name for name in names}


def _rules(call: Call) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, rule in enumerate(call.parameters["LifecycleConfiguration"]["Rules"]):
        yield f"Rules[{place}]", rule


RULES: Rules = {
    ("s3", "PutBucketLifecycleConfiguration"): (
        lifecycle_rules_are_told_apart,
        lifecycle_rules_do_something,
        lifecycle_days_are_positive,
        lifecycle_actions_fit_their_filter,
    )
}
