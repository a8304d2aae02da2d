"""Hostile inputs for environment files: what nobody must be able to smuggle in through a value."""

import copy
import tomllib
from dataclasses import dataclass
from itertools import product
from typing import Any

from tests.environments.hostile_kinds import HUGE_LISTS, NO_TEXT, WRONG_KINDS, WRONG_PLACES
from tests.synthesis import EXAMPLES

File = dict[str, Any]

SUBNETS = ["subnet-00000001", "subnet-00000002", "subnet-00000003"]
PANEL = "arn:aws:route53-recovery-control::123456789012:controlpanel/" + "0f" * 16
ARN = f"{PANEL}/routingcontrol/0123456789abcdef"
ENDPOINT = "https://host-aaaaaa.us-east-1.example.com/v1"

# Every string field of a file except the page, with a valid value.
TEXTS = {
    "name": "awspractice",
    "dns.zone": "awspractice.space",
    "dns.domain": "www.awspractice.space",
    "dns.zone_id": "Z0123456789",
    "dns.record": "alias",
    "dns.primary_set_identifier": "first",
    "dns.secondary_set_identifier": "second",
    "failover.strategy": "hot",
    "failover.failback": "manual",
    "failover.routing_control.arn": ARN,
    "failover.routing_control.endpoints.us-east-1": ENDPOINT,
    "application.kind": "page",
    "application.health_check_path": "/health",
    "application.live_path": "/live",
    "application.health_check_string": "ok",
    "application.environment.GREETING": "hello",
    "application.packages.0": "php8.4",
    "application.setup": "#!/bin/sh\n",
    "dr.application.environment.GREETING": "hello",
    "firewall.common": "block",
    "firewall.rate": "count",
    "allowed_account_ids.0": "123456789012",
    "alarms.emails.0": "oncall@example.com",
    "alarms.webhooks.0": "https://alerts.example.com/sns",
    "alarms.runbooks": "https://github.com/you/repo/blob/main/docs/alarms.md",
    "primary.region": "ap-south-1",
    "primary.zones.0": "ap-south-1a",
    "primary.cidr": "10.0.0.0/16",
    "primary.nat_gateways": "none",
    "primary.launch_template": "mytemp",
    "primary.auto_scaling_group": "myauto",
    "primary.load_balancer": "mylb",
    "primary.target_group": "mylb-web",
    "primary.instance_type": "t3.micro",
    "primary.ami": "ami-01234567",
    "dr.existing_network.vpc_id": "vpc-01234567",
    "dr.existing_network.public_subnets.0": SUBNETS[0],
    "dr.existing_network.load_balancer_security_groups.0": "sg-01234567",
    "state.primary.bucket": "awspractice-states",
    "state.global.region": "us-east-1",
    "state.dr.key": "terraform.tfstate",
    "tags.Team": "web",
}

# Appended to a valid value, each targets a shell, Terraform, JSON or a terminal.
TAILS = (
    "; touch canary",
    "$(touch canary)",
    "`touch canary`",
    "${HOME}",
    "${aws_vpc.vpc.id}",
    "$${x}",
    "%{ if true }x%{ endif }",
    "${TfToken[TOKEN.0]}",
    "{{7*7}}",
    '"',
    "'",
    '","x":"',
    '"}]}',
    "\\",
    "\\u0000",
    "\0",
    "\n",
    "\r\n",
    "\t",
    "\x1b[31mred\x1b[0m",
    "\x7f",
    "\x85",
    "\u00a0",
    "\u0301",
    "\u0430",  # Cyrillic a
    "\uff11",  # full-width 1
    "\u0661",  # Arabic 1
    "\u200b",
    "\u200d",
    "\u2028",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\U0001f600",
    "\U000e0041",
    "&& id",
    "| cat",
    "> canary",
    "*?",
    "<script>alert(1)</script>",
    "\n[tags]\nx = 1",
    "/../../../etc/passwd",
    "//",
    " ",
)
HUGE = ("a" * 5_000, "9" * 5_000, "\u202e" * 5_000, "." * 5_000, "-" * 5_000, "a." * 5_000)

# What a check of printable ASCII, a line of any text and a script may hold.
PRINTED = {tail for tail in TAILS if tail.isascii() and tail.isprintable()}
TERRAFORMS = {tail for tail in TAILS if "${" in tail or "%{" in tail}
ONE_LINE = {tail for tail in TAILS if tail.isprintable()}
IN_A_SCRIPT = {tail for tail in TAILS if not {"\0", "\r", "\x1b"} & set(tail)}
# Values that are plain text where they are allowed, and reach the emitted stacks as such.
HARMLESS = {
    "application.health_check_string": PRINTED - TERRAFORMS,
    "application.environment.GREETING": ONE_LINE,
    "dr.application.environment.GREETING": ONE_LINE,
    "application.setup": IN_A_SCRIPT,
    "dns.primary_set_identifier": {"/../../../etc/passwd", "//", " "},
    "dns.secondary_set_identifier": {"/../../../etc/passwd", "//", " "},
    "primary.launch_template": {"/../../../etc/passwd", "//"},
    "tags.Team": {"/../../../etc/passwd", "//"},
}

MAY_BE_EMPTY = {"application.environment.GREETING", "dr.application.environment.GREETING"}
BAD_KEYS = (
    "x\x1b[2J",
    "x\ny",
    "x\r\ny",
    "x\0",
    "\u202efiat",
    "n\u0430me",  # looks like name
    "name\u200b",
    "${aws_vpc.vpc.id}",
    "$(touch canary)",
    "'; touch canary; '",
    '"',
    "",
    " ",
    ".",
    "__proto__",
    "__class__",
    "model_config",
    "global_",
    "a" * 50_000,
    "\U0001f600" * 5_000,
)
# For a shell, systemd or a user of either.
BAD_VARIABLES = (
    "",
    "1ST",
    "A-B",
    "A B",
    "A=B",
    "GR\u00dcSSE",
    "A" * 65,
    "PORT",
    "FAILOVER_REGION",
    "FAILOVER_MINE",
    "__proto__",
    "_",
    "UID",
    "RANDOM",
    "SHELLOPTS",
    "BASH_ENV",
    "BASHOPTS",
)


@dataclass(frozen=True)
class Hostile:
    """One value in one field of an otherwise valid file."""

    field: str
    value: Any

    def file(self) -> File:
        file = copy.deepcopy(GOOD)
        place(file, self.field, self.value)
        return file


def place(file: File, field: str, value: Any) -> None:
    """Puts a value into a file; a number in the field's path is a list index."""
    *tables, key = field.split(".")
    table: Any = file
    for name in tables:
        table = table[int(name)] if isinstance(table, list) else table.setdefault(name, {})
    table[int(key) if isinstance(table, list) else key] = value


def good_file() -> File:
    """A file with every field of TEXTS."""
    file = tomllib.loads((EXAMPLES / "mission.toml").read_text())
    del file["dr"]["cidr"]
    file["dr"]["existing_network"] = {
        "vpc_id": "vpc-01234567",
        "public_subnets": list(SUBNETS),
        "private_subnets": list(SUBNETS),
        "load_balancer_security_groups": ["sg-01234567"],
    }
    file["failover"]["routing_control"] = {"arn": ARN, "endpoints": {"us-east-1": ENDPOINT}}
    file["allowed_account_ids"] = ["123456789012"]
    file["alarms"] = {
        "emails": ["oncall@example.com"],
        "webhooks": [TEXTS["alarms.webhooks.0"]],
        "runbooks": TEXTS["alarms.runbooks"],
    }
    file["tags"] = {"Team": "web"}
    texts = {
        dotted.removeprefix("application."): value
        for dotted, value in TEXTS.items()
        if dotted.startswith("application.") and dotted.count(".") == 1
    }
    environment = {"GREETING": TEXTS["application.environment.GREETING"]}
    packages = [TEXTS["application.packages.0"]]
    file["application"] = {**texts, "environment": environment, "packages": packages}
    return file


GOOD = good_file()

REFUSED = (
    *(
        Hostile(field, value + tail)
        for (field, value), tail in product(TEXTS.items(), TAILS)
        if tail not in HARMLESS.get(field, ())
    ),
    *(
        Hostile(field, value)
        for field, value in product(TEXTS, ("", *HUGE))
        if value or field not in MAY_BE_EMPTY
    ),
    *(Hostile(field, value) for field, values in WRONG_KINDS.items() for value in values),
    *(
        Hostile(field, value)
        for field, value in product((*TEXTS, "primary.page"), NO_TEXT)
        if not field.endswith(".0")
    ),
    *(Hostile(field, value) for field, values in HUGE_LISTS.items() for value in values),
    *(Hostile(field, value) for field, value in WRONG_PLACES),
)
BAD_TAG_KEYS = tuple(
    key
    for key in BAD_KEYS
    if key not in {".", "__class__", "model_config", "global_"}  # these are ordinary tags
)
