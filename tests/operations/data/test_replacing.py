"""An RDS instance that was the source is replaced by a replica of the one that is now."""

from typing import Any, cast

import pytest

from operations.data import replacing
from terminal.errors import OperationError
from tests.operations.data.conftest import PRIMARY, STANDBY, Operator, lose_and_promote, told

pytestmark = pytest.mark.slow


class SwitchThatIsSet:
    def setting(self) -> str:
        return "users are on the standby"


@pytest.fixture
def failed_over(operator_of: Any, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """An RDS engine whose primary's region is back, with the switch still set."""
    monkeypatch.setattr("operations.data.commands.switch_of", lambda _: SwitchThatIsSet())
    operator: Operator = operator_of("rds-postgres-replica")
    lose_and_promote(operator)
    operator.aws.restore(PRIMARY)
    operator.asked.clear()
    return operator


def instances(operator: Operator, region: str) -> list[dict[str, Any]]:
    return operator.aws.client("rds", region).describe_db_instances()["DBInstances"]


def test_an_old_source_is_replaced_by_a_replica(failed_over: Operator) -> None:
    (old,) = instances(failed_over, PRIMARY)
    failed_over.resync()
    name = failed_over.environment.database("primary")
    assert failed_over.asked == [f"Delete {name} in {PRIMARY}, and keep a snapshot of it?"]
    rds = failed_over.aws.client("rds", PRIMARY)
    (kept,) = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert kept["DBSnapshotIdentifier"] == (
        f"{name}-lost-writes-{old['DbiResourceId'][-8:].lower()}"
    )
    (new,) = instances(failed_over, PRIMARY)
    assert new["DBInstanceIdentifier"] == name
    assert new["DbiResourceId"] != old["DbiResourceId"]
    (source,) = instances(failed_over, STANDBY)
    assert new["ReadReplicaSourceDBInstanceIdentifier"] == source["DBInstanceArn"]
    settings = ("BackupRetentionPeriod", "DeletionProtection", "MultiAZ", "StorageEncrypted")
    assert {key: new[key] for key in settings} == {
        "BackupRetentionPeriod": 7,
        "DeletionProtection": True,
        "MultiAZ": True,
        "StorageEncrypted": True,
    }
    assert new["DBSubnetGroup"]["DBSubnetGroupName"] == name
    assert failed_over.writer == "dr"
    assert new["DBParameterGroups"][0]["DBParameterGroupName"].startswith(f"{name}-")
    assert "Terraform finds it by its name: a plan shows no changes" in failed_over.said


def test_a_replacement_goes_on_after_an_interrupt(
    failed_over: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(
            replacing.Replacement, "_arguments", lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            failed_over.resync()
    assert instances(failed_over, PRIMARY) == []
    failed_over.asked.clear()
    failed_over.resync()
    assert failed_over.asked == []
    assert failed_over.states()["primary"].replicates
    failed_over.resync()
    assert failed_over.asked == [], "a replica is not replaced"


def test_the_users_writes_survive_a_moment_in_which_their_database_does_something_else(
    failed_over: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old primary alone says that it takes writes: nothing may make it the one that counts."""
    told(failed_over, STANDBY, monkeypatch, DBInstanceStatus="modifying")
    assert failed_over.writer == "primary"
    with pytest.raises(OperationError, match=f"standby, {STANDBY} takes no writes now"):
        failed_over.resync()
    assert failed_over.asked == []
    assert [len(instances(failed_over, region)) for region in (PRIMARY, STANDBY)] == [1, 1]


def test_while_users_databases_backup_runs_it_still_counts(
    failed_over: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(failed_over, STANDBY, monkeypatch, DBInstanceStatus="backing-up")
    failed_over.resync()
    assert failed_over.asked[0].startswith("Delete awspractice-ap-south-1-database in ap-south-1")


def test_an_instance_that_is_being_deleted_is_waited_for(
    failed_over: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an interrupt: it is neither asked for again nor snapshotted."""
    told(failed_over, PRIMARY, monkeypatch, DBInstanceStatus="deleting")
    with pytest.raises(OperationError, match=r"still waiting for .* to be gone"):
        failed_over.resync()
    assert failed_over.asked == []
    rds = failed_over.aws.client("rds", PRIMARY)
    assert rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"] == []


def test_new_parameters_count_after_a_restart(
    failed_over: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarted: list[str] = []

    class Rds:
        def __getattr__(self, name: str) -> Any:
            return getattr(failed_over.aws.client("rds", PRIMARY), name)

        def describe_db_instances(self, **asked: Any) -> dict[str, Any]:
            found = failed_over.aws.client("rds", PRIMARY).describe_db_instances(**asked)
            for one in found["DBInstances"][0]["DBParameterGroups"]:
                one["ParameterApplyStatus"] = "in-sync" if restarted else "pending-reboot"
            return found

        def reboot_db_instance(self, **asked: Any) -> None:
            restarted.append(asked["DBInstanceIdentifier"])

    connect, rds = failed_over.connect, Rds()
    monkeypatch.setattr(
        failed_over,
        "connect",
        lambda service, where: (
            rds if (service, where) == ("rds", PRIMARY) else connect(service, where)
        ),
    )
    failed_over.resync()
    assert restarted == [failed_over.environment.database("primary")]


def test_whoever_says_no_replaces_nothing(failed_over: Operator) -> None:
    def refuse(_: str) -> None:
        raise KeyboardInterrupt

    failed_over.asked = cast("Any", type("No", (list,), {"append": lambda _, said: refuse(said)})())
    with pytest.raises(KeyboardInterrupt):
        failed_over.resync()
    (old,) = instances(failed_over, PRIMARY)
    assert "ReadReplicaSourceDBInstanceIdentifier" not in old
