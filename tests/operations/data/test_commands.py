"""What `failover data` does to two regions' databases, and what it refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from operations.data.waiting import Patience
from terminal.errors import OperationError
from tests.operations.data.conftest import Operator

pytestmark = pytest.mark.slow

PRIMARY, STANDBY = "ap-south-1", "us-east-1"
RDS = ("rds-postgres-replica", "rds-mysql-replica")


def lose_and_promote(operator: Operator) -> None:
    operator.aws.lose(PRIMARY)
    operator.promote()


def test_the_standby_is_promoted_without_the_primary(aurora: Operator) -> None:
    assert aurora.writer == "primary"
    lose_and_promote(aurora)
    assert aurora.writer == "dr"
    (question,) = aurora.asked
    assert question.startswith(f"Give up the writes that have not reached {STANDBY}: its lag is")
    assert "the RPO allows for a lag of 60 s" in question
    assert f"standby, {STANDBY} takes writes, after" in aurora.said


class Metrics:
    """CloudWatch, of which AWS alone writes these metrics."""

    def __init__(self, value: float) -> None:
        self.value = value
        self.asked: dict[str, Any] = {}

    def get_metric_statistics(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        now = datetime.now(UTC)
        older = {"Timestamp": now - timedelta(minutes=1), "Maximum": 9e9}
        return {"Datapoints": [older, {"Timestamp": now, "Maximum": self.value}]}


@pytest.mark.parametrize(
    ("engine", "metric", "value"),
    [
        ("aurora-mysql", "AuroraGlobalDBRPOLag", 1500),
        ("rds-postgres-replica", "ReplicaLag", 1.5),
    ],
)
def test_the_lag_is_part_of_the_question(
    operator_of: Any, engine: str, metric: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, metrics = operator_of(engine), Metrics(value)
    connect = operator.aws.client
    monkeypatch.setattr(
        operator,
        "connect",
        lambda service, region: metrics if service == "cloudwatch" else connect(service, region),
    )
    lose_and_promote(operator)
    assert "it was 1.5 s behind at" in operator.asked[0]
    assert metrics.asked["MetricName"] == metric
    (dimension,) = metrics.asked["Dimensions"]
    assert dimension["Value"] == operator.environment.database("dr")


def test_promoting_twice_asks_once(aurora: Operator) -> None:
    lose_and_promote(aurora)
    aurora.promote()
    assert len(aurora.asked) == 1
    assert f"standby, {STANDBY} takes writes already" in aurora.said


def test_whoever_says_no_promotes_nothing(aurora: Operator) -> None:
    def refuse(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        aurora.promote(confirm=refuse)
    assert aurora.writer == "primary"


def test_nothing_is_promoted_while_users_are_elsewhere(
    aurora: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clear:
        def setting(self) -> None:
            return None

    monkeypatch.setattr("operations.data.commands.switch_of", lambda _: Clear())
    with pytest.raises(OperationError, match="the failover switch is clear"):
        aurora.promote(even_so=False)
    assert aurora.asked == []


def test_the_old_writer_comes_back_as_a_copy_and_the_writer_returns(aurora: Operator) -> None:
    lose_and_promote(aurora)
    with pytest.raises(OperationError, match=f"{PRIMARY} is lost"):
        aurora.switchover()
    with pytest.raises(OperationError, match=f"{PRIMARY} is lost"):
        aurora.resync()
    aurora.aws.restore(PRIMARY)
    aurora.resync()
    assert "-lost-writes-" in aurora.said
    assert aurora.said.endswith("`failover data switchover` loses nothing now ")
    aurora.switchover()
    assert aurora.writer == "primary"
    assert f"primary, {PRIMARY} takes writes, after 0 s; none was lost" in aurora.said
    aurora.switchover()
    assert "takes writes already" in aurora.said


def test_a_headless_cluster_gets_an_instance_first(operator_of: Any) -> None:
    operator: Operator = operator_of("aurora-postgresql", "pilot_light")
    assert not operator.states()["dr"].ready
    lose_and_promote(operator)
    assert operator.writer == "dr"
    assert "has no instance: adding one" in operator.said
    rds = operator.aws.client("rds", STANDBY)
    name = operator.environment.database("dr")
    (made,) = rds.describe_db_instances()["DBInstances"]
    assert made["DBInstanceIdentifier"] == f"{name}-awake"
    assert made["DBClusterIdentifier"] == name


@pytest.mark.parametrize("engine", RDS)
def test_a_replica_is_promoted_one_way(operator_of: Any, engine: str) -> None:
    operator: Operator = operator_of(engine)
    assert operator.writer == "primary"
    lose_and_promote(operator)
    assert operator.writer == "dr"
    operator.aws.restore(PRIMARY)
    with pytest.raises(OperationError, match="both regions' databases take writes"):
        assert operator.writer
    assert "both regions' databases take writes: they grow apart." in operator.show()
    with pytest.raises(OperationError, match="has no switchover"):
        operator.switchover()


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
    assert "failover data adopt" in failed_over.said


def test_a_replacement_goes_on_after_an_interrupt(
    failed_over: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = "operations.data.replacing.Replacement._arguments"
    with monkeypatch.context() as broken:
        broken.setattr(whole, lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            failed_over.resync()
    assert instances(failed_over, PRIMARY) == []
    failed_over.asked.clear()
    failed_over.resync()
    assert failed_over.asked == []
    assert failed_over.states()["primary"].replicates
    failed_over.resync()
    assert failed_over.asked == [], "a replica is not replaced"


def told(operator: Operator, region: str, monkeypatch: pytest.MonkeyPatch, **said: Any) -> None:
    """Has RDS in a region tell this of its instance."""
    connect = operator.connect

    class Rds:
        def __init__(self, rds: Any) -> None:
            self.rds = rds

        def __getattr__(self, name: str) -> Any:
            return getattr(self.rds, name)

        def describe_db_instances(self, **asked: Any) -> dict[str, Any]:
            found = self.rds.describe_db_instances(**asked)
            (instance,) = found["DBInstances"]
            return {"DBInstances": [{**instance, **said}]}

    def connected(service: str, where: str) -> Any:
        made = connect(service, where)
        return Rds(made) if (service, where) == ("rds", region) else made

    monkeypatch.setattr(operator, "connect", connected)


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
    assert failed_over.aws.client("rds", PRIMARY).describe_db_snapshots()["DBSnapshots"] == []


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


def test_what_is_shown(aurora: Operator) -> None:
    shown = aurora.show()
    assert f"primary, {PRIMARY} awspractice-{PRIMARY}-database yes yes" in shown
    assert f"standby, {STANDBY} awspractice-{STANDBY}-database no yes" in shown
    assert "RPO: 300 s = 60 s lag" in shown
    assert "writes return in: once somebody runs `failover data promote`" in shown


def test_a_lost_region_is_shown_as_such(aurora: Operator) -> None:
    lose_and_promote(aurora)
    shown = aurora.show()
    assert f"{PRIMARY} is lost, and rds there with it" in shown
    assert f"standby, {STANDBY} awspractice-{STANDBY}-database yes no" in shown


def test_without_a_database_there_is_nothing_to_do(aurora: Operator) -> None:
    none = aurora.environment.data.model_copy(update={"engine": "none"})
    aurora.environment = aurora.environment.model_copy(update={"data": none})
    with pytest.raises(OperationError, match=r'has no database: data\.engine is "none"'):
        aurora.show()


def test_a_database_that_does_not_arrive_is_told(
    aurora: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.failover_control.database.AuroraMember.promote", lambda _: None)
    with pytest.raises(OperationError, match="still waiting for standby, us-east-1 to take writes"):
        aurora.promote(patience=Patience(poll=0.01, timeout=0.1))
