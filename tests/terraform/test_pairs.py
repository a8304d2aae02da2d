"""Every option of an environment file, applied by the real Terraform to the embedded AWS.

The files are those of tests/environments/pairs.py. The first few, in which each single value of
each option occurs, are applied in the order of a deployment, and nothing is refused. All files, in
which every two values meet, are synthesised and held to the provider's schema; an exhaustive run
applies them too.

Except in that run, web ACLs are applied by themselves, those of the first files in which each value
of each firewall option occurs. Where there is one, each of hundreds of calls of the provider takes
longer (tests/lighter_stacks.py). Two examples are deployed with theirs, and with what associates
and logs them.

tests/merged_stacks.py says how a few environments get into one Terraform, and what that leaves out.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from emitted import stack_files
from environments.loading import check
from modules.quotas import ELASTIC_IPS, VCPUS, VPCS
from sandbox.embedded_aws import EmbeddedAws, cloned
from sandbox.local.outside_world import ZONE_POLICY, create_hosted_zone
from tests.environments import pairs
from tests.environments.firewalls import with_a_new_value
from tests.environments.fitting import fitting
from tests.existing_network import existing_network
from tests.lighter_stacks import lighten
from tests.merged_stacks import MergedStacks
from tests.synthesis import Stack, synthesise
from tests.terraform.provider_schema import unknown_arguments_of
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

# Side by side: an embedded AWS keeps one core busy.
ACCOUNTS = 2
# Without the stack of tables, whose replicas the provider waits for by the minute: no other stack
# needs it. tests/sandbox/local/deployed/test_tables.py applies it.
ORDER = (("bootstrap",), ("primary", "dr"), ("global",))
FIREWALL = ("aws_wafv2_web_acl", "aws_wafv2_ip_set")
MANY_AT_ONCE = "-parallelism=60"  # most of them wait


@dataclass(frozen=True)
class Account:
    """An embedded AWS, and the stacks of the files that go there, by the prefix of each file."""

    aws: EmbeddedAws
    folder: Path
    stacks: dict[str, dict[str, Stack]]

    def merge(self, names: Sequence[str], taggable: Iterable[str]) -> tuple[Path, int]:
        """The stacks of these names in one configuration: where it is, and how many resources."""
        merged = MergedStacks(set(taggable))
        for prefix, stacks in self.stacks.items():
            for name in names:
                emitted = self.folder / prefix / "stacks" / name
                merged.add(f"{prefix}_{name}", stacks[name], emitted)
            merged.let_first(f"{prefix}_primary", f"{prefix}_dr")
        folder = self.folder / "-".join(names)
        merged.write(folder)
        return folder, merged.resources


def account_with(
    numbers: Iterable[int], aws: EmbeddedAws, folder: Path, *, every_firewall: bool
) -> Account:
    """Prepares an AWS for the files of these numbers (quotas, hosted zones, existing networks),
    and synthesises them."""
    for quota in (VCPUS, ELASTIC_IPS, VPCS):
        aws.allow(quota.code, 1000)
    stacks: dict[str, dict[str, Stack]] = {}
    for number in numbers:
        made = pairs.file(pairs.rows()[number], number)
        environment = check(
            pairs.with_networks(made, partial(existing_network, aws)), f"file {number}"
        )
        create_hosted_zone(environment, aws)
        prefix = f"p{number:02d}"
        stacks[prefix] = synthesise(environment, folder / prefix)
        if not every_firewall:
            lighten(folder / prefix)
            files = stack_files(folder / prefix, environment.stacks)
            stacks[prefix] = {file.parent.name: Stack(file.read_text()) for file in files}
    return Account(aws, folder, stacks)


def test_the_providers_schema_knows_every_argument_of_every_pair(
    provider_schema: dict[str, Any], tmp_path: Path
) -> None:
    problems: dict[int, list[str]] = {}
    for number, row in enumerate(pairs.rows()):
        environment = check(fitting(pairs.file(row, number)), f"file {number}")
        for name, stack in synthesise(environment, tmp_path / str(number)).items():
            assert stack.resource_count > 0, (number, name)
            if found := unknown_arguments_of(stack.json, provider_schema):
                problems[number] = found
    assert problems == {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Those in which every value occurs, without their web ACLs; in an exhaustive run all, as many
    at a time, with them."""
    if "numbers" in metafunc.fixturenames:
        few, every = len(pairs.every_value()), len(pairs.rows())
        batches = [range(first, min(first + few, every)) for first in range(0, every, few)]
        cases = [pytest.param(batches[0], False, id=f"files 0 to {few - 1}, lighter")]
        cases += [
            pytest.param(
                batch,
                True,
                id=f"files {batch.start} to {batch.stop - 1}",
                marks=pytest.mark.exhaustive,
            )
            for batch in batches
        ]
        metafunc.parametrize(("numbers", "every_firewall"), cases)


def test_every_firewall_is_applied(
    runner: Terraform, taggable: list[str], new_aws: EmbeddedAws, tmp_path: Path
) -> None:
    merged = MergedStacks(taggable)
    for number in with_a_new_value():
        environment = check(fitting(pairs.file(pairs.rows()[number], number)), f"file {number}")
        folder = tmp_path / str(number)
        stack = synthesise(environment, folder, ["primary"])["primary"].json
        found = {kind: stack["resource"].get(kind, {}) for kind in FIREWALL}
        assert len(found["aws_wafv2_web_acl"]) == 1
        alone = {"provider": stack["provider"], "resource": found}
        merged.add(f"p{number:02d}", Stack(json.dumps(alone)), folder)
    merged.write(tmp_path / "merged")
    with cloned(new_aws, tmp_path / "aws") as one:
        ask = partial(runner.run, tmp_path / "merged", **one.aws.variables)
        ask("init", "-input=false")
        printed = ask("apply", "-auto-approve", "-input=false", "-no-color").stdout
    assert f"Resources: {merged.resources} added, 0 changed, 0 destroyed." in printed


@pytest.mark.long
def test_files_are_applied(
    numbers: range,
    runner: Terraform,
    taggable: list[str],
    *,
    every_firewall: bool,
    new_aws: EmbeddedAws,
    tmp_path: Path,
    report: Callable[[str], None],
) -> None:
    with ExitStack() as stack:
        accounts: list[Account] = []
        for first in range(ACCOUNTS):
            folder = tmp_path / str(first)
            one = stack.enter_context(cloned(new_aws, folder / "aws"))
            account = account_with(
                numbers[first::ACCOUNTS], one.aws, folder, every_firewall=every_firewall
            )
            accounts.append(account)
        with ThreadPoolExecutor(ACCOUNTS) as pool:
            applied = list(pool.map(partial(deploy, runner, taggable), accounts))
        needed = {one for account in accounts for one in asked_of_zones_accounts(account)}
    assert needed <= zone_actions(), "what is documented did not suffice?"
    if not every_firewall:
        assert zone_actions() - needed == {"route53:ListHostedZonesByName"}, "only for preflight"
    report(f"{len(numbers)} environment files: {sum(applied)} resources applied")


def asked_of_zones_accounts(account: Account) -> set[str]:
    """The actions of the roles in other accounts, which have what docs/permissions says of them."""
    return {need[0] for prefix in account.stacks for need in account.aws.needs(f"zone-{prefix}")}


def zone_actions() -> set[str]:
    """What docs/permissions allows a role in the zone's account."""
    statements = json.loads(ZONE_POLICY.read_text())["Statement"]
    return {action for statement in statements for action in statement["Action"]}


def deploy(runner: Terraform, taggable: list[str], account: Account) -> int:
    """Applies an account's stacks in order. Returns how many resources."""
    total = 0
    merged = [account.merge(names, taggable) for names in ORDER]
    # Hundreds of resources take a lot of memory.
    ask = partial(runner.run, **account.aws.variables, GOGC="200")
    for folder, resources in merged:
        ask(folder, "init", "-input=false")
        printed = ask(folder, "apply", "-auto-approve", "-input=false", "-no-color", MANY_AT_ONCE)
        assert f"{resources} added, 0 changed, 0 destroyed." in printed.stdout
        total += resources
    return total
