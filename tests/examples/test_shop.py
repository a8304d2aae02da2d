"""The shop of docs/reuse.md, set up by the page's commands outside of this repository."""

import inspect
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.autoscaling_schedule import AutoscalingSchedule
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from cdktf_cdktf_provider_aws.vpc import Vpc

from emitted import stack_file
from tests.synthesis import Stack
from tests.terraform_runner import Terraform

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "reuse.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
REGIONS = {"eu-west-1": "10.20.0.0/16", "eu-central-1": "10.21.0.0/16"}
NAMES = ("certificates", *REGIONS, "dns")
# Python then tells on stderr what it imports: "import time: 12 | 34 |   modules.account".
IMPORTS = {"PYTHONPROFILEIMPORTTIME": "1"}


@dataclass(frozen=True)
class Shop:
    """A folder in which the page's commands were run, and what they wrote."""

    folder: Path
    imported: set[str]

    @cached_property
    def stacks(self) -> dict[str, Stack]:
        outdir = self.folder / "cdktf.out"
        assert {folder.name for folder in (outdir / "stacks").iterdir()} == set(NAMES)
        return {name: Stack(stack_file(outdir, name).read_text()) for name in NAMES}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """All commands were run but those that download, and without any of this process's variables
    but the PATH."""
    folder = tmp_path_factory.mktemp("shop")
    submodule, venv, pip, copy, synth = COMMANDS
    vendored = folder / submodule.split()[-1]
    vendored.parent.mkdir()
    vendored.symlink_to(ROOT)
    (folder / venv.split()[-1]).symlink_to(sys.prefix)
    assert (folder / pip.split()[-1]).exists()
    said = ""
    for command in (copy, synth):
        said += subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=folder,
            env={"PATH": os.environ["PATH"], **IMPORTS},
            check=True,
            stderr=subprocess.PIPE,
            text=True,
        ).stderr
    return Shop(folder, set(re.findall(r"\| +(\w+)$", said, re.MULTILINE)))


@pytest.fixture(scope="module")
def stacks(shop: Shop) -> dict[str, Stack]:
    return shop.stacks


def test_each_region_has_its_own_provider_and_network(stacks: dict[str, Stack]) -> None:
    for region, cidr in REGIONS.items():
        stack = stacks[region]
        assert stack.json["provider"] == {"aws": [{"region": region}]}
        assert stack.json["terraform"]["backend"]["s3"]["region"] == region
        assert stack.only(Vpc)["cidr_block"] == cidr
        assert stack.only(AutoscalingGroup)["name"] == "shop"


def test_neither_region_depends_on_the_other(stacks: dict[str, Stack]) -> None:
    one, other = REGIONS
    assert other not in stacks[one].text
    assert one not in stacks[other].text
    assert not any("terraform_remote_state" in stack.text for stack in stacks.values())


def test_the_records_fail_over_by_the_regions_names(stacks: dict[str, Stack]) -> None:
    dns = stacks["dns"]
    checks = dns.resources(Route53HealthCheck)
    sides = zip(("primary", "secondary"), ("primary", "standby"), REGIONS, strict=True)
    for record, check, region in sides:
        name = f"{region}.shop.example.com"
        assert checks[f"{check}_health_check"]["fqdn"] == name
        for family, kind in (("", "A"), ("_ipv6", "AAAA")):
            emitted = dns.resources(Route53Record)[f"{record}_record{family}"]
            assert emitted["name"] == "shop.example.com"
            assert emitted["type"] == kind
            assert emitted["failover_routing_policy"] == {"type": record.upper()}
            assert emitted["alias"]["name"] == name
            # Without a switch, the load balancer's own health counts too.
            assert emitted["alias"]["evaluate_target_health"] is True
            asked = f"${{aws_route53_health_check.{check}_health_check.id}}"
            assert emitted["health_check_id"] == asked
        owned = stacks[region].resources(Route53Record)["regional_name"]
        assert owned["name"] == name
    assert len(dns.resources(Route53Record)) == 4


def test_every_address_is_readable(stacks: dict[str, Stack]) -> None:
    one, other = (
        {
            f"{kind}.{name}"
            for kind, found in stacks[region].json["resource"].items()
            for name in found
        }
        for region in REGIONS
    )
    assert one == other
    assert {"aws_vpc.vpc", "aws_lb.load_balancer", "aws_autoscaling_schedule.saturdays"} < one
    assert not [address for address in one if re.search(r"_[0-9A-F]{8}$", address)]


def test_a_resource_of_the_shops_own_uses_the_modules(stacks: dict[str, Stack]) -> None:
    for region in REGIONS:
        schedule = stacks[region].only(AutoscalingSchedule)
        group = "${aws_autoscaling_group.auto_scaling_group.name}"
        assert schedule["autoscaling_group_name"] == group
        # Terraform takes an omitted limit for 0.
        assert (schedule["min_size"], schedule["max_size"]) == (-1, -1)


def test_cdktf_runs_the_same_command(shop: Shop) -> None:
    assert json.loads((shop.folder / "cdktf.json").read_text())["app"] == COMMANDS[-1]


def test_the_page_names_what_the_modules_import(shop: Shop) -> None:
    (needed,) = re.findall(r"brings the packages (.+?), and\s+more that", PAGE, re.DOTALL)
    (others,) = re.findall(r"do not import: (.+?)\. Your own packages", PAGE, re.DOTALL)
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert set(re.findall(r"`(\w+)`", needed)) == shop.imported & packages
    assert set(re.findall(r"`(\w+)`", others)) == packages - shop.imported


def test_the_page_names_what_a_construct_needs() -> None:
    rows = re.findall(r"^\| `([\w.]+)\.(\w+)` \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 5
    for module, name, needs in rows:
        construct = getattr(import_module(module), name)
        arguments = inspect.signature(construct.__init__).parameters.values()
        by_keyword = [one for one in arguments if one.kind is inspect.Parameter.KEYWORD_ONLY]
        needed = [one.name for one in by_keyword if one.default is inspect.Parameter.empty]
        assert re.findall(r"`(\w+)`", needs) == needed, name


@pytest.mark.slow
def test_the_provider_accepts_what_is_emitted(
    tmp_path: Path, stacks: dict[str, Stack], runner: Terraform
) -> None:
    """In one configuration, since the provider takes seconds to start. Both regions have the same
    resources."""
    region, _ = REGIONS
    whole: dict[str, Any] = json.loads(stacks[region].text)
    for name in ("certificates", "dns"):
        for kind, found in stacks[name].json["resource"].items():
            assert not whole["resource"].get(kind, {}).keys() & found
            whole["resource"][kind] = whole["resource"].get(kind, {}) | found
    (tmp_path / "cdk.tf.json").write_text(json.dumps(whole))
    runner.run(tmp_path, "init", "-input=false", "-backend=false")
    found = runner.json(tmp_path, "validate", "-json")
    assert (found["valid"], found["diagnostics"]) == (True, [])
