"""The real provider reads back all that it has made of an RDS instance and its replica, before and
after a promotion. tests/sandbox/local/deployed/test_database.py does this with Aurora, in our own
stacks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.database_stacks import (
    INSTANCES,
    NAME,
    PLACES,
    SECRET,
    WINDOWS,
    regional,
    shared,
)
from tests.terraform_runner import Terraform

pytestmark = [pytest.mark.slow, pytest.mark.long]

Planned = Callable[[str], None]


@pytest.fixture(scope="module")
def stacks(aws: EmbeddedAws, runner: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a stack in each subfolder, all of them applied: what is shared, each region's.

    Takes 3 minutes: the provider waits 80 s for an instance, whatever the answers.
    """
    folder = tmp_path_factory.mktemp("databases")
    for name, stack in (("shared", shared()), *((place, regional(place)) for place in PLACES)):
        (folder / name).mkdir()
        (folder / name / "main.tf.json").write_text(json.dumps(stack, indent=1))
        runner.run(folder / name, "init", "-input=false", **aws.variables)
        runner.run(folder / name, "apply", "-auto-approve", "-input=false", **aws.variables)
    return folder


@pytest.fixture
def clean(aws: EmbeddedAws, runner: Terraform, stacks: Path) -> Planned:
    """Fails unless a stack's plan is clean."""

    def check(name: str) -> None:
        plan = ("plan", "-detailed-exitcode", "-input=false", "-no-color")
        runner.run(stacks / name, *plan, **aws.variables)

    return check


def test_what_is_applied_is_read_back(clean: Planned) -> None:
    for name in ("shared", *PLACES):
        clean(name)


def test_no_state_holds_the_password(aws: EmbeddedAws, stacks: Path) -> None:
    for region in PLACES.values():
        secrets = aws.client("secretsmanager", region)
        password: str = secrets.get_secret_value(SecretId=SECRET)["SecretString"]
        assert not any(password in state.read_text() for state in stacks.rglob("*.tfstate*"))


def test_plans_are_clean_after_a_promotion(aws: EmbeddedAws, clean: Planned) -> None:
    dr = aws.client("rds", PLACES["dr"])
    named = {"DBInstanceIdentifier": INSTANCES["dr"]}
    aws.lose(PLACES["primary"])
    try:
        dr.promote_read_replica(**named, BackupRetentionPeriod=7)
        clean("dr")
    finally:
        aws.restore(PLACES["primary"])
    (promoted,) = dr.describe_db_instances(**named)["DBInstances"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in promoted
    for name in PLACES:
        clean(name)


def test_the_plan_is_clean_where_another_instance_has_the_name(
    aws: EmbeddedAws, clean: Planned
) -> None:
    """The old source goes, and a replica of the promoted instance has its name. The provider finds
    nothing by the ID in the state, and then that by its name."""
    rds, named = (
        aws.client("rds", PLACES["primary"]),
        {"DBInstanceIdentifier": INSTANCES["primary"]},
    )
    (old,) = rds.describe_db_instances(**named)["DBInstances"]
    (source,) = aws.client("rds", PLACES["dr"]).describe_db_instances(
        DBInstanceIdentifier=INSTANCES["dr"]
    )["DBInstances"]
    parameters = {"DBParameterGroupName": old["DBParameterGroups"][0]["DBParameterGroupName"]}
    rds.delete_db_instance(**named, SkipFinalSnapshot=True)
    rds.create_db_instance_read_replica(
        **named,
        SourceDBInstanceIdentifier=source["DBInstanceArn"],
        DBInstanceClass=old["DBInstanceClass"],
        MultiAZ=True,
        StorageType="gp3",
        KmsKeyId=old["KmsKeyId"],
        DBSubnetGroupName=NAME,
        VpcSecurityGroupIds=[one["VpcSecurityGroupId"] for one in old["VpcSecurityGroups"]],
        AutoMinorVersionUpgrade=False,
        CopyTagsToSnapshot=True,
        EnableCloudwatchLogsExports=["postgresql"],
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId=old["KmsKeyId"],
        PerformanceInsightsRetentionPeriod=7,
        Tags=[{"Key": "Name", "Value": NAME}],
    )
    windows = {
        "PreferredBackupWindow": WINDOWS["backup"],
        "PreferredMaintenanceWindow": WINDOWS["maintenance"],
    }
    rds.modify_db_instance(**named, BackupRetentionPeriod=7, **parameters, **windows)
    clean("primary")
