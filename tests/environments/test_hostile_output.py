"""Hostile but valid values reach the emitted stacks as data, character for character."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from emitted.user_data import decoded, printed
from environments import limits
from environments.loading import check
from modules.user_data import ENVIRONMENT_FILE
from tests.environment_file import variables_of
from tests.environments import hostile
from tests.environments.hostile import HARMLESS, TEXTS
from tests.synthesis import Stack, Stacks

# Names that AWS allows, but other programs may misread.
NAMES = ("..", "-rf", "--help", "_", "con", "null", "0x0", "1e5", "a" * 128)
PAGES = (
    "${aws_vpc.vpc.id}",
    "$${aws_vpc.vpc.id}",
    "%{ if true }x%{ endif }",
    "${TfToken[TOKEN.0]}",
    '"}]}',
    "'\"`$(touch canary)`\\",
    "\u202e\U0001f600\u2028",
)
LINES = tuple(page for page in PAGES if page.isprintable())
ALLOWED: dict[str, tuple[str, ...]] = {
    "dns.primary_set_identifier": (*NAMES, " ", "=1+1", "@a", "a b", "true"),
    "primary.launch_template": ("(x)", "../../etc/passwd", "-rf", "--help", "()-/_", "a" * 125),
    "primary.auto_scaling_group": (*NAMES, "a" * 255),
    "primary.load_balancer": ("0", "1e5", "null", "a--b", "a" * 32),
    "primary.target_group": ("0", "1e5", "null", "a--b", "A" * 32),
    "name": ("a--b", "null", "true", "con"),
    "state.dr.key": ("...", "-rf", ".../x", "--/_", "a" * 200),
    "state.dr.bucket": ("0x0", "1e5", "true", "a--b", "127001"),
    "alarms.emails.0": ("%00+a%7b@example.com", "--help@example.com", "_@a-b.example.com"),
    "alarms.webhooks.0": ("https://a.example.com/~/-", "https://a.example.com:1/..."),
    "alarms.runbooks": (
        "https://wiki/",
        "https://1e5.example.com:8443/~ops/@main/%24%7Bx%7D,a=1:2+3/null",
    ),
    "application.health_check_path": ("/-rf", "/~/...", "/_", "/null/1e5", f"/{'a' * 199}"),
    "application.live_path": ("/...", "/-/-rf", "/~", "/1e5/null", f"/{'b' * 199}"),
    "application.health_check_string": (" ", "<b>&amp;</b>", "null", "%s %d", "$(x)", "a" * 255),
    "application.environment.GREETING": (*NAMES, "", " ", *LINES, "é" * 500),
    "application.setup": tuple(f"#!/bin/sh\n{page}" for page in PAGES),
    "application.packages.0": ("0", "1e5", "null", "a" * 64, "libstdc++", "x..y"),
    "primary.page": PAGES,
    "tags.Team": (*NAMES, "a b", "=1+1", "@a", "a" * 255),
}
TAGS = {
    "=1+1": "=cmd",
    "-": "--help",
    "../../etc/passwd": "../../etc/passwd",
    "constructor": "x",
    "toString": "x",
    "hasOwnProperty": "x",
    "valueOf": "x",
    "length": "1",
    "0": "0",
    "true": "null",
    "camelCase": "camelCase",
    "snake_case": "snake_case",
    "a" * 127: "a" * 255,
    "@": "@",
    ":": ":",
}
# In addition to the one tag in every file.
TAGS_AT_ONCE = limits.TAGS.most - 1
# Each name's pattern in the API reference. https://docs.aws.amazon.com/
PATTERNS = {
    "aws_launch_template": r"[A-Za-z0-9().\-/_]{3,128}",
    "aws_autoscaling_group": r"[^\r\n:]{1,255}",
    "aws_lb": r"(?!internal-|-)[A-Za-z0-9-]{1,32}(?<!-)",
    "aws_lb_target_group": r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)",
    "aws_iam_role": r"[\w+=,.@-]{1,64}",
    "aws_iam_instance_profile": r"[\w+=,.@-]{1,128}",
    "aws_security_group": r"(?!sg-)[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}",
    "aws_s3_bucket": r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "aws_lambda_function": r"[A-Za-z0-9-_]{1,64}",
    "aws_sqs_queue": r"[A-Za-z0-9-_]{1,80}",
    "aws_sns_topic": r"[A-Za-z0-9-_]{1,256}",
    "aws_cloudwatch_log_group": r"[.\-_/#A-Za-z0-9]{1,512}",
    "aws_cloudwatch_event_rule": r"[.\-_A-Za-z0-9]{1,64}",
    "aws_wafv2_web_acl": r"[\w-]{1,128}",
}


def strings(value: Any) -> Iterator[str]:
    """Every string in the JSON, including keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def expressions(stacks: Mapping[str, Stack]) -> set[str]:
    """Everything that Terraform would evaluate."""
    texts = (text for stack in stacks.values() for text in strings(stack.json))
    return {found for text in texts for found in re.findall(r"[$%]+\{.*?\}", text, re.DOTALL)}


def emitted(file: hostile.File) -> Stacks:
    return Stacks(check(file, "hostile.toml"))


@pytest.fixture(scope="module")
def ours() -> set[str]:
    """The expressions of a file without hostile values."""
    found = expressions(emitted(hostile.good_file()))
    assert "${aws_vpc.vpc.id}" in found
    return found


def texts_of(script: str) -> set[str]:
    """The files that user data writes, its environment variables and its packages."""
    files = {path: file.text for path, file in printed(script).items()}
    (packages,) = re.findall(r"^packages=\((.*)\)$", script, re.MULTILINE)
    variables = variables_of(files[ENVIRONMENT_FILE])
    return {*files.values(), *variables.values(), *packages.split()}


def linked(texts: set[str]) -> set[str]:
    """The page that the alarms link."""
    links = (re.search(r"What to do: (\S+)#[a-z0-9-]+$", text) for text in texts)
    return {link[1] for link in links if link}


def rounds() -> list[dict[str, str]]:
    """Values for all of these fields at once; the field with the most values decides how many
    rounds."""
    values = {
        field: [*found, *(TEXTS[field] + tail for tail in sorted(HARMLESS.get(field, ())))]
        for field, found in ALLOWED.items()
    }
    return [
        {field: found[number % len(found)] for field, found in values.items()}
        for number in range(max(map(len, values.values())))
    ]


ROUNDS = rounds()


def some_tags(number: int) -> dict[str, str]:
    """As many tags as a file may have, different in each round."""
    start = number * TAGS_AT_ONCE
    items = list(TAGS.items())
    return dict(items[(start + n) % len(items)] for n in range(TAGS_AT_ONCE))


def assert_names_are_taken(stack: Stack) -> None:
    for kind, pattern in PATTERNS.items():
        for resource in stack.json["resource"].get(kind, {}).values():
            names = {resource.get(key) for key in ("name", "bucket")} - {None}
            literal = [name for name in names if "${" not in name]
            assert all(re.fullmatch(pattern, name) for name in literal), (kind, literal)


@pytest.mark.parametrize(
    "number",
    [pytest.param(n, marks=[pytest.mark.slow] if n > 1 else []) for n in range(len(ROUNDS))],
)
def test_a_value_that_is_allowed_is_only_data(number: int, ours: set[str]) -> None:
    file = hostile.good_file()
    for field, value in ROUNDS[number].items():
        hostile.place(file, field, value)
    tags = some_tags(number)
    file["tags"].update(tags)
    stacks = emitted(file)
    assert expressions(stacks) == ours
    texts = {text for stack in stacks.values() for text in strings(stack.json)}
    (template,) = stacks["primary"].json["resource"]["aws_launch_template"].values()
    texts |= texts_of(decoded(template)) | linked(texts)
    for field, value in ROUNDS[number].items():
        assert value in texts, (field, value)
    for stack in stacks.values():
        for provider in stack.json["provider"]["aws"]:
            assert tags.items() <= provider["default_tags"][0]["tags"].items()
        assert_names_are_taken(stack)
