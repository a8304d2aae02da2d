"""Violations of the rules on tags and descriptions."""

from policy.rules import tags_and_descriptions
from tests.policy.sabotages.rule_sabotage import violates
from tests.sabotage import Edit, Stacks, body, put

IP_SET = "aws_wafv2_ip_set"
TEMPLATE, GROUP = "aws_launch_template", "aws_autoscaling_group"
RULE, SECURITY_GROUP = "aws_vpc_security_group_ingress_rule", "aws_security_group"


def default_tag(stack: str, key: str, value: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        for one in stacks[stack]["provider"]["aws"]:
            one["default_tags"][0]["tags"][key] = value

    return apply


def many_default_tags(stacks: Stacks) -> None:
    for number in range(7):
        default_tag("global", f"Tag{number}", "value")(stacks)


def started_with_a_bad_tag(stacks: Stacks) -> None:
    body(stacks, "dr", TEMPLATE)["tag_specifications"][1]["tags"]["Name"] = "web (volume)"


def group_with_a_bad_tag(stacks: Stacks) -> None:
    body(stacks, "dr", GROUP)["tag"][0]["value"] = ""


BAD_TAGS = {
    "a parenthesis in a tag": put(
        "bootstrap", "aws_acm_certificate", "tags.Name", "example.com (validation)"
    ),
    "an empty tag": default_tag("primary", "Owner", ""),
    "a blank at the end of a tag": default_tag("primary", "Owner", "web "),
    "a tag that starts with aws:": default_tag("global", "Owner", "AWS:web"),
    "a tag key that starts with aws:": default_tag("global", "Aws:Owner", "web"),
    "a tag key of 128 characters": put("dr", "aws_lb", "tags", {"k" * 128: "value"}),
    "a tag value of 256 characters": put("dr", "aws_lb", "tags.Name", "v" * 256),
    "a tag that Terraform fills in": put("dr", "aws_lb", "tags.Name", "${aws_vpc.vpc.id}"),
    "instances' volumes with a bad tag": started_with_a_bad_tag,
    "a group with a bad tag": group_with_a_bad_tag,
}
BAD_DESCRIPTIONS = {
    "an apostrophe in a firewall's description": put(
        "primary", IP_SET, "description", "Where Route 53's checkers are"
    ),
    "a firewall's description that ends in a blank": put(
        "primary", "aws_wafv2_web_acl", "description", "What may pass "
    ),
    "a firewall's description of two letters": put(
        "primary", "aws_wafv2_web_acl", "description", "go"
    ),
    "an apostrophe in a security group's description": put(
        "dr", SECURITY_GROUP, "description", "Users' way in"
    ),
    "a security group rule's description of 256 characters": put(
        "dr", RULE, "description", "d" * 256
    ),
    "a role's description with a dash of typography": put(
        "dr", "aws_iam_role", "description", "Web instances \N{EN DASH} Session Manager"
    ),
    "a function's description of 257 characters": put(
        "dr", "aws_lambda_function", "description", "d" * 257
    ),
    "an alarm's description of 1025 characters": put(
        "dr", "aws_cloudwatch_metric_alarm", "alarm_description", "d" * 1025
    ),
}

SABOTAGES = (
    *(
        violates(tags_and_descriptions.tags_suit_every_service, what, edit)
        for what, edit in BAD_TAGS.items()
    ),
    violates(
        tags_and_descriptions.tags_are_no_more_than_fit,
        "eleven tags on a health check",
        many_default_tags,
    ),
    *(
        violates(tags_and_descriptions.descriptions_suit_their_service, what, edit)
        for what, edit in BAD_DESCRIPTIONS.items()
    ),
)
