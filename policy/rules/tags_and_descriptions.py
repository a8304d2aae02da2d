"""Tags and descriptions: the characters and lengths that AWS accepts, which differ by service."""

import re
from collections.abc import Iterator

from emitted import Deployment, Resource, blocks
from policy.finding import Finding
from policy.rule import error

# What every service accepts: most allow keys of 128 characters and values of 256.
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
KEY = re.compile(r"[A-Za-z0-9 _.:/=+@-]{1,127}")
VALUE = re.compile(r"[A-Za-z0-9 _.:/=+@-]{1,255}")
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
FEW_TAGS = {"aws_route53_health_check": 10, "aws_s3_object": 10}
MOST_TAGS = 50

# What a description may be, by the resource type's prefix.
# https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
WAF = re.compile(r"(?=.{3,256}$)[\w+=:#@/,.-][\w+=:#@/,.\s-]+[\w+=:#@/,.-]", re.ASCII)
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
EC2 = re.compile(r"[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{1,255}")
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
IAM = re.compile(r"[\t\n\r -~\xa1-\xff]{0,1000}")
DESCRIPTIONS = {
    "aws_wafv2_": WAF,
    "aws_security_group": EC2,
    "aws_vpc_security_group_": EC2,
    "aws_iam_": IAM,
    # https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    "aws_lambda_": re.compile(r".{0,256}"),
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    "aws_cloudwatch_event_": re.compile(r".{0,512}"),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    "aws_cloudwatch_metric_alarm": re.compile(r".{0,1024}"),
    # https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
    "aws_kms_": re.compile(r".{0,8192}"),
}


def _tags(resource: Resource) -> Iterator[tuple[str, str]]:
    """Each tag that a resource puts on itself or on what is launched from it."""
    maps = [resource.get("tags"), *(b.get("tags") for b in blocks(resource.get("volume_tags")))]
    maps += [one.get("tags") for one in blocks(resource.body.get("tag_specifications"))]
    for one in maps:
        yield from (one or {}).items()
    for one in blocks(resource.body.get("tag")):
        yield one.get("key", ""), one.get("value", "")


def _default_tags(stack: str, deployment: Deployment) -> Iterator[dict[str, str]]:
    for one in blocks(deployment.stacks[stack].get("provider", {}).get("aws")):
        for default in blocks(one.get("default_tags")):
            yield default.get("tags") or {}


def _wrong(key: str, value: str) -> str | None:
    for text, pattern, what in ((key, KEY, f"key {key!r}"), (value, VALUE, f"{key} = {value!r}")):
        if not pattern.fullmatch(text) or text != text.strip():
            return what
        if text.lower().startswith("aws:"):
            return f"{what} starts with aws:"
    return None


@error
def tags_suit_every_service(deployment: Deployment) -> Iterator[Finding]:
    """A tag's key and value have only characters and lengths that every service accepts. They are
    not empty, have no leading or trailing blanks, and do not start with aws:.

    ACM rejects parentheses, which fails the apply; an empty value never yields a clean plan.
    [Tagging](https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html)
    """
    wanted = "at most 127 characters in a key, 255 in a value: letters, digits, spaces, _.:/=+-@"
    for name in deployment.stacks:
        found = {tag for tags in _default_tags(name, deployment) for tag in tags.items()}
        for tag in sorted(found):
            if wrong := _wrong(*tag):
                yield Finding(name, "provider.aws", wrong, wanted)
    for one in deployment.every_resource():
        for tag in _tags(one):
            if wrong := _wrong(*tag):
                yield Finding.of(one, wrong, wanted)


@error
def tags_are_no_more_than_fit(deployment: Deployment) -> Iterator[Finding]:
    """A resource has no more tags than its service accepts, including the provider's default tags.

    Route 53 accepts ten on a health check, where most services accept fifty.
    [ChangeTagsForResource](https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html)
    """
    defaults = {
        name: {key for tags in _default_tags(name, deployment) for key in tags}
        for name in deployment.stacks
    }
    for one in deployment.every_resource():
        if one.get("tags") is None:
            continue
        most = FEW_TAGS.get(one.address.partition(".")[0], MOST_TAGS)
        count = len(defaults[one.stack] | set(one.get("tags")))
        if count > most:
            yield Finding.of(one, f"{count} tags", f"at most {most}")


@error
def descriptions_suit_their_service(deployment: Deployment) -> Iterator[Finding]:
    """A description has only characters and a length that its service accepts.

    WAF and EC2 reject apostrophes, and an invalid description fails the apply.
    [EntityDescription](https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html)
    """
    for one in deployment.every_resource():
        for start, pattern in DESCRIPTIONS.items():
            if not one.address.startswith(start):
                continue
            for field in ("description", "alarm_description"):
                text = one.get(field)
                if text is not None and not pattern.fullmatch(text):
                    yield Finding.of(one, f"{field} = {text!r}", pattern.pattern)
