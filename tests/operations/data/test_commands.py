"""What `failover data` does to two regions' databases, and what it refuses."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from operations.data import cli
from operations.data.waiting import Patience
from terminal.errors import OperationError
from tests.operations.data.conftest import PRIMARY, STANDBY, Operator, lose_and_promote

pytestmark = pytest.mark.slow

RDS = ("rds-postgres-replica", "rds-mysql-replica")


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


def test_it_is_shown_to_programs_too(
    aurora: Operator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_and_promote(aurora)
    monkeypatch.setattr(cli, "load_environment", lambda _: aurora.environment)
    monkeypatch.setattr(cli.overview, "look", partial(cli.overview.look, connect=aurora.connect))
    cli.show(environment="x", as_json=True)
    lost, writer = json.loads(capsys.readouterr().out)
    assert (lost["role"], lost["state"], writer["role"]) == ("primary", None, "dr")
    assert f"{PRIMARY} is lost" in lost["trouble"]
    assert (writer["state"]["writes"], writer["behind"]) == (True, None)


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
