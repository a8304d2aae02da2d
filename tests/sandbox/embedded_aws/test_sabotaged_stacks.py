"""What AWS would refuse in the emitted stacks, the embedded AWS refuses too, and Terraform shows
why.

Each sabotage is one change of the emitted JSON, of a kind that AWS was found to refuse. One real
Terraform applies all of them, along with the same resources unchanged. What the provider itself
refuses (an accent in a security group's description, a colon in a load balancer's name) or drops (a
tag that begins with aws:) is tested with boto3 in refusals/.
"""

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws, cloned
from sandbox.local.outside_world import create_outside_world
from tests.sandbox.embedded_aws.minimal_stacks import (
    TOKEN,
    Change,
    Json,
    MinimalStacks,
    environment,
)
from tests.synthesis import synthesise
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

APOSTROPHE = "Route 53's health checkers"


@dataclass(frozen=True)
class StackSabotage:
    """A change of one emitted resource, and what Terraform must report."""

    stack: str
    address: str
    change: Change
    says: str
    """A pattern for AWS's message: the field, and what is wrong."""
    alone: bool = False
    """Whether the unchanged resource needs too much else to be applied here."""


def setting(path: str, value: Any) -> Change:
    """Sets the value at a path of keys, such as tags.Name or default_action.0.type."""

    def change(body: Any) -> None:
        *parents, last = path.split(".")
        for key in parents:
            body = body[int(key)] if isinstance(body, list) else body.setdefault(key, {})
        body[int(last) if isinstance(body, list) else last] = value

    return change


def policy(path: str, **changes: Any) -> Change:
    """Changes the first statement of a policy emitted as JSON text."""

    def change(body: Json) -> None:
        document = json.loads(body[path])
        document["Statement"][0].update(changes)
        body[path] = json.dumps(document)

    return change


# The standby starts 2 instances, which a new account's quota allows.
QUICKLY = setting("wait_for_capacity_timeout", "20s")
TWICE = setting("name", "the-same")


def many(body: Json) -> None:
    """More instances than a new account may have."""
    QUICKLY(body)
    body.update(min_size=3, desired_capacity=3)


SABOTAGES: dict[str, StackSabotage] = {
    "a group that does not wait for its listener": StackSabotage(
        "dr",
        "aws_autoscaling_group.auto_scaling_group",
        QUICKLY,
        r"want at least 2 healthy instance\(s\) registered to Load Balancer, have 0",
        alone=True,
    ),
    "more instances than a new account may have": StackSabotage(
        "primary",
        "aws_autoscaling_group.auto_scaling_group",
        many,
        r"vCPU limit of 5.*L-1216C47A in ap-south-1",
        alone=True,
    ),
    "a second target group of a name, as in another network": StackSabotage(
        "primary",
        "aws_lb_target_group.target_group",
        TWICE,
        r"(?i)target group.*(the-same|name).*exists",
    ),
    "a parenthesis in a certificate's tag": StackSabotage(
        "bootstrap",
        "aws_acm_certificate.domain_certificate",
        setting("tags.Name", "sab.example (for its validation record)"),
        r"(?i)tags.*\(for its validation record\)|\(for its.*Tags\[\d\]\.Value",
    ),
    "an apostrophe in a firewall's description": StackSabotage(
        "primary",
        "aws_wafv2_ip_set.health_checkers",
        setting("description", APOSTROPHE),
        r"(?i)description",
    ),
    "a tag's key of 129 characters": StackSabotage(
        "dr",
        "aws_sqs_queue.control_dead_letters",
        setting("tags." + "k" * 129, "v"),
        r"(?i)tag.*k{20}",
    ),
    "a function's description of 257 characters": StackSabotage(
        "dr", "aws_lambda_function.control", setting("description", "d" * 257), r"(?i)description"
    ),
    "a role's policy that is no policy": StackSabotage(
        "dr",
        "aws_iam_role_policy.control_policy",
        policy("policy", Effect="Permit"),
        r"(?i)Permit|Effect",
    ),
    "a rate of a plural minute": StackSabotage(
        "dr",
        "aws_cloudwatch_event_rule.control_minute",
        setting("schedule_expression", "rate(1 minutes)"),
        r"ScheduleExpression",
    ),
    "an unknown IAM action": StackSabotage(
        "dr",
        "aws_iam_role_policy.control_policy",
        policy("policy", Action=["s3:GetObjekt"]),
        r"s3:GetObjekt",
    ),
    "a key that locks its owner out": StackSabotage(
        "primary",
        "aws_kms_key.key",
        policy("policy", Principal={"Service": "cloudwatch.amazonaws.com"}),
        r"(?i)policy",
    ),
    "a bucket's policy for everybody": StackSabotage(
        "primary",
        "aws_s3_bucket_policy.logs_policy",
        policy(
            "policy",
            Effect="Allow",
            Principal="*",
            Action="s3:GetObject",
            Resource=f"arn:aws:s3:::{TOKEN}-state-primary-logs/*",
            Condition={},
        ),
        r"(?i)public|BlockPublicPolicy",
    ),
    "an alias to nowhere": StackSabotage(
        "global",
        "aws_route53_record.primary_record",
        setting("alias.name", "nowhere.sab.example"),
        r"nowhere\.sab\.example.*target was not found",
        alone=True,
    ),
    "eleven tags of a health check": StackSabotage(
        "global",
        "aws_route53_health_check.primary_health_check",
        setting("tags", {f"k{number}": "v" for number in range(11)}),
        r"(?i)tag",
    ),
    "a certificate's name of 65 characters": StackSabotage(
        "bootstrap",
        "aws_acm_certificate.domain_certificate",
        setting("domain_name", f"{'a' * 53}.sab.example"),
        r"(?i)DomainName.*64",
    ),
    "an alarm over more than a day": StackSabotage(
        "global",
        "aws_cloudwatch_metric_alarm.primary_endpoint_alarm",
        setting("evaluation_periods", 1441),
        r"(?i)EvaluationPeriods|Period",
    ),
    "a topic's policy for an unknown service's action": StackSabotage(
        "primary",
        "aws_sns_topic_policy.alerts_policy",
        policy("policy", Action=["SNS:Shout"]),
        r"(?i)action|SNS:Shout",
    ),
}


TARGETS = list(
    dict.fromkeys((one.stack, one.address) for one in SABOTAGES.values() if not one.alone)
)


@dataclass(frozen=True)
class Applied:
    """Terraform's output, by the sabotage or the unchanged resource that it is about."""

    said: dict[str, str]
    sound: list[str]
    elsewhere: str


@pytest.fixture(scope="module")
def applied(
    runner: Terraform, new_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Applied]:
    folder, base = tmp_path_factory.mktemp("sabotaged"), environment()
    stacks = MinimalStacks(synthesise(base, folder / "emitted"), folder / "emitted")
    sabotaged = {
        stacks.add(one.stack, one.address, one.change): name for name, one in SABOTAGES.items()
    }
    first = stacks.add("primary", "aws_lb_target_group.target_group", TWICE)
    sabotaged[first] = "a second target group of a name, as in another network"
    sound = [stacks.add(*target) for target in TARGETS]
    (folder / "main.tf.json").write_text(json.dumps(stacks.configuration, indent=1))
    with cloned(new_aws, folder / "aws") as one:
        create_outside_world(base, one.aws)
        yield apply(folder, runner, one.aws, sabotaged, sound)


def apply(
    folder: Path, runner: Terraform, aws: EmbeddedAws, sabotaged: dict[str, str], sound: list[str]
) -> Applied:
    runner.run(folder, "init", "-input=false", **aws.variables)
    finished = subprocess.run(
        [runner.executable, "apply", "-json", "-auto-approve", "-input=false", "-parallelism=30"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**runner.environ, **aws.variables},
    )
    events = [json.loads(line) for line in finished.stdout.splitlines()]
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        diagnostic = event.get("diagnostic", {})
        if event.get("@level") == "error":
            prefix = re.match(r".*\.(sabotage\d\d)_", diagnostic.get("address", ""))
            text = f"{diagnostic['summary']} {diagnostic.get('detail', '')}"
            found[prefix[1] if prefix else ""].append(text)
    said = {sabotaged.get(prefix, prefix): "\n".join(texts) for prefix, texts in found.items()}
    elsewhere = finished.stderr + said.pop("", "")
    return Applied(said, [prefix for prefix in sound if prefix not in said], elsewhere)


@pytest.mark.parametrize("name", SABOTAGES)
def test_terraform_shows_what_the_embedded_aws_refuses(
    name: str, applied: Applied, report: Callable[[str], None]
) -> None:
    report(f"{name}: {applied.said.get(name)}")
    assert name in applied.said, f"{name}: was accepted"
    assert re.search(SABOTAGES[name].says, applied.said[name], re.DOTALL)


def test_nothing_that_is_emitted_is_refused(applied: Applied) -> None:
    assert applied.elsewhere == ""
    assert set(applied.said) <= set(SABOTAGES)
    assert len(applied.sound) == len(TARGETS)
