"""The stack `tables` by itself: applied, replicated, changed without a region, and destroyed.

The provider looks at a new replica only once a minute, so this one takes minutes, of waiting alone.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emitted import stack_folder
from environments import Environment
from sandbox import embedded_aws
from sandbox.embedded_aws import EmbeddedAws
from sandbox.permissions.deployers import as_deployer, create_deployers, policies_in
from sandbox.permissions.documents import documents
from tests.refresh_permissions import FOLDER, needed
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.permissions.statements import unneeded_statements
from tests.state_buckets import create_state_buckets
from tests.synthesis import example, synthesise
from tests.terraform_runner import Terraform

pytestmark = [pytest.mark.slow, pytest.mark.long]

GUIDE = Path(__file__).parents[4] / "docs" / "outages.md"
QUIET = ("-input=false", "-no-color")
APPLY = ("apply", "-auto-approve", *QUIET)
PLAN = ("plan", "-detailed-exitcode", *QUIET)
POLICIES = FOLDER / "tables"
ITEM = {"account": {"S": "1"}, "number": {"N": "1"}}


@dataclass(frozen=True)
class Tables:
    """The stack in an embedded AWS, applied by its deployer."""

    environment: Environment
    aws: EmbeddedAws
    deployer: EmbeddedAws
    outdir: Path
    runner: Terraform

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Terraform, whatever its exit code."""
        return subprocess.run(
            [self.runner.executable, *arguments],
            cwd=stack_folder(self.outdir, "tables"),
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
            env={**self.runner.environ, **self.deployer.variables},
        )

    def change(self, **update: Any) -> None:
        """Synthesises a changed environment in place of what is applied."""
        synthesise(self.environment.model_copy(update=update), self.outdir)

    def dynamodb(self, region: str) -> Any:
        return self.aws.client("dynamodb", region)


@pytest.fixture(scope="module")
def applied(
    new_aws: EmbeddedAws, runner: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tables]:
    """Applied once, and not to be touched."""
    environment, folder = example("tables"), tmp_path_factory.mktemp("tables")
    with embedded_aws.cloned(new_aws, folder / "aws") as one:
        create_state_buckets(environment, one.aws)
        policies = policies_in(POLICIES, environment.stacks)
        create_deployers(one.aws, {"tables": policies["tables"]})
        synthesise(environment, folder / "out")
        deployer = as_deployer(one.aws, "tables")
        tables = Tables(environment, one.aws, deployer, folder / "out", runner)
        for arguments in (("init", *QUIET), APPLY):
            finished = tables.run(*arguments)
            assert finished.returncode == 0, finished.stderr
        yield tables


@pytest.fixture
def tables(applied: Tables, tmp_path: Path) -> Iterator[Tables]:
    """The same in an AWS of its own."""
    with embedded_aws.cloned(applied.aws, tmp_path / "aws") as one:
        yield replace(applied, aws=one.aws, deployer=replace(applied.deployer, url=one.aws.url))
    synthesise(applied.environment, applied.outdir)


def test_another_plan_is_clean(tables: Tables) -> None:
    assert tables.run(*PLAN).returncode == 0


def test_what_is_emitted_is_what_stands_in_both_regions(tables: Tables) -> None:
    for table in tables.environment.data.tables:
        name = {"TableName": tables.environment.table_name(table)}
        for region in ("ap-south-1", "us-east-1"):
            dynamodb = tables.dynamodb(region)
            told = dynamodb.describe_table(**name)["Table"]
            assert told["GlobalTableVersion"] == "2019.11.21"
            assert told["DeletionProtectionEnabled"] is True
            key = told.get("SSEDescription", {}).get("KMSMasterKeyArn", "")
            assert key.startswith(f"arn:aws:kms:{region}:") is table.own_keys
            backups = dynamodb.describe_continuous_backups(**name)["ContinuousBackupsDescription"]
            recovery = backups["PointInTimeRecoveryDescription"]
            assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
            tags = dynamodb.list_tags_of_resource(ResourceArn=told["TableArn"])["Tags"]
            assert {"Key": "Stack", "Value": "tables"} in tags


def test_a_lost_regions_writes_are_there_once_it_is_back(tables: Tables) -> None:
    ledger = {"TableName": "tablespractice-ledger"}
    primary, standby = tables.dynamodb("ap-south-1"), tables.dynamodb("us-east-1")
    primary.put_item(**ledger, Item={**ITEM, "by": {"S": "primary"}})
    assert standby.get_item(**ledger, Key=ITEM)["Item"]["by"] == {"S": "primary"}
    tables.aws.lose("ap-south-1")
    standby.put_item(**ledger, Item={**ITEM, "by": {"S": "standby"}})
    tables.aws.restore("ap-south-1")
    assert primary.get_item(**ledger, Key=ITEM)["Item"]["by"] == {"S": "standby"}
    assert tables.run(*PLAN).returncode == 0


def test_what_a_lost_region_costs_is_what_the_guide_says(
    tables: Tables, report: Callable[[str], None]
) -> None:
    section = GUIDE.read_text().partition("### tables\n")[2].partition("\n#")[0]
    promised = dict(re.findall(r"^\| `([a-z0-9-]+)`[^|]*\| ([^|]+) \|$", section, re.MULTILINE))
    assert set(promised) == {"ap-south-1", "us-east-1", "us-west-2", "eu-west-1"}
    tables.change(tags={"Changed": "yes"})
    measured: dict[str, str] = {}
    for region in promised:
        tables.aws.lose(region)
        if tables.run(*PLAN).returncode == 2:
            measured[region] = "yes"
        elif tables.run(*PLAN, "-refresh=false").returncode == 2:
            measured[region] = "with `-refresh=false`"
        else:
            measured[region] = "no"
        tables.aws.restore(region)
    report(f"can a change of the tables be planned without a region? {measured}")
    assert measured == promised


def test_neither_terraform_nor_aws_deletes_what_is_protected(tables: Tables) -> None:
    refused = tables.run("destroy", "-auto-approve", *QUIET)
    assert refused.returncode == 1
    said = " ".join(refused.stderr.split())
    # Terraform stops at what would be destroyed first, and a table comes after its replica.
    for table in ("ledger", "sessions"):
        resource = f"aws_dynamodb_table_replica.{table}_replica"
        assert f"Resource {resource} has lifecycle.prevent_destroy set" in said
    for region in ("ap-south-1", "us-east-1"):
        with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
            tables.dynamodb(region).delete_table(TableName="tablespractice-ledger")


def test_without_protection_it_is_changed_and_destroyed(tables: Tables) -> None:
    data = tables.environment.data
    changed = [one.model_copy(update={"max_read_units": 3000}) for one in data.tables]
    tables.change(
        deletion_protection=False,
        tags={"Changed": "yes"},
        data=data.model_copy(update={"tables": changed}),
    )
    finished = tables.run(*APPLY)
    assert finished.returncode == 0, finished.stderr
    assert "Resources: 0 added, 6 changed, 0 destroyed" in finished.stdout
    assert tables.run(*PLAN).returncode == 0
    finished = tables.run("destroy", "-auto-approve", *QUIET)
    assert finished.returncode == 0, finished.stderr
    for region in ("ap-south-1", "us-east-1"):
        assert tables.dynamodb(region).list_tables()["TableNames"] == []
    emitted = synthesise(tables.environment, tables.outdir)["tables"].json
    kept = {file.name: file.read_text() for file in sorted(POLICIES.glob("tables*.json"))}
    everything = needed(tables.aws, "tables")
    assert documents(emitted, everything) == list(kept.values())
    assert unneeded_statements(kept, "tables", everything) == []
