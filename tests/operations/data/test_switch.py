"""Users return only to a region whose database takes writes."""

from typing import Any

import pytest

from functions.failover_control.agreed import HEALTHY_ADDRESS
from functions.failover_control.database import ReadReplica
from functions.failover_control.switch import Moved
from operations.switch.commands import clear_switch
from terminal.errors import OperationError
from tests.operations.data.conftest import PRIMARY, STANDBY, Operator, told
from tests.sandbox.embedded_aws.databases import replica

pytestmark = pytest.mark.slow


class Switch:
    """A switch that remembers whether it was cleared."""

    cleared = False

    def clear(self, **_: Any) -> Moved:
        self.cleared = True
        return Moved(changed=True, is_set=False)


def cleared(operator: Operator, *, force: bool = False) -> bool:
    """Whether the switch is cleared, of a primary that Route 53 finds healthy."""
    switch: Any = Switch()
    clear_switch(
        operator.environment,
        by="me",
        reason="",
        force=force,
        console=operator.console,
        lookup=lambda _: {HEALTHY_ADDRESS},
        switch=switch,
        connect=operator.connect,
    )
    return switch.cleared


def test_it_is_cleared_where_the_primary_writes(aurora: Operator) -> None:
    assert cleared(aurora)


@pytest.mark.parametrize("force", [False, True])
def test_it_is_refused_while_the_writer_is_elsewhere(aurora: Operator, force: bool) -> None:
    aurora.promote()
    with pytest.raises(OperationError) as refused:
        cleared(aurora, force=force)
    said = str(refused.value)
    assert f"the primary's database takes no writes; it does in {STANDBY}" in said
    assert "run `failover data resync`, then `failover data switchover`" in said
    aurora.switchover()
    assert cleared(aurora)


def test_only_force_clears_it_where_nobody_knows(aurora: Operator) -> None:
    aurora.aws.lose(PRIMARY)
    with pytest.raises(OperationError, match="--force clears the switch anyway"):
        cleared(aurora)
    assert cleared(aurora, force=True)


def test_the_standby_knows_of_a_lost_primary_that_it_was_promoted(aurora: Operator) -> None:
    aurora.aws.lose(PRIMARY)
    aurora.promote()
    with pytest.raises(OperationError, match=f"it does in {STANDBY}"):
        cleared(aurora, force=True)


def test_a_primary_that_is_a_replica_comes_back_by_a_promotion(operator_of: Any) -> None:
    """RDS has no switchover."""
    operator: Operator = operator_of("rds-postgres-replica")
    environment = operator.environment
    named = environment.database("primary"), environment.database("dr")
    there, here = (operator.aws.client("rds", region) for region in (STANDBY, PRIMARY))
    operator.promote()
    here.modify_db_instance(DBInstanceIdentifier=named[0], DeletionProtection=False)
    here.delete_db_instance(DBInstanceIdentifier=named[0], SkipFinalSnapshot=True)
    (source,) = there.describe_db_instances()["DBInstances"]
    replica(
        operator.aws, source, PRIMARY, DBInstanceIdentifier=named[0], KmsKeyId=f"alias/{named[0]}"
    )
    with pytest.raises(OperationError) as refused:
        cleared(operator, force=True)
    said = str(refused.value)
    assert "`failover data promote --to primary`, and clear the switch with --force" in said


def test_what_users_wrote_counts_while_their_database_does_something_else(
    operator_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old primary says that it takes writes, and the standby does not for a moment."""
    operator: Operator = operator_of("rds-postgres-replica")
    operator.promote()
    told(operator, STANDBY, monkeypatch, DBInstanceStatus="modifying")
    with pytest.raises(OperationError, match="may lack what users wrote on the standby"):
        cleared(operator)


def test_a_primary_in_the_middle_of_a_change_is_waited_for(
    operator_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator: Operator = operator_of("rds-postgres-replica")
    monkeypatch.setattr(ReadReplica, "_found", lambda _: {"DBInstanceStatus": "rebooting"})
    with pytest.raises(OperationError, match="in the middle of a change: wait until"):
        cleared(operator)


def test_a_replicas_primary_writes_until_it_is_replaced(operator_of: Any) -> None:
    """After a promotion it lacks what users wrote on the standby."""
    operator = operator_of("rds-postgres-replica")
    assert cleared(operator)
    operator.promote()
    with pytest.raises(OperationError, match="both regions' databases take writes"):
        cleared(operator)
    assert cleared(operator, force=True)
    operator.aws.lose(STANDBY)
    with pytest.raises(OperationError, match="--force clears the switch anyway"):
        cleared(operator)
    rds = operator.aws.client("rds", PRIMARY)
    assert len(rds.describe_db_instances()["DBInstances"]) == 1
