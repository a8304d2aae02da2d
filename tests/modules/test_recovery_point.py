"""How long a pilot light with a database takes, for readers and for writers."""

from modules.recovery_point import write_recovery
from modules.recovery_time import recovery_time, until_awake, until_served
from tests.databases import with_database


def test_a_pilot_lights_instance_is_part_of_both_times() -> None:
    """Until it runs, the application can neither read nor write, and nobody moves to it."""
    settings = {"promotion": "automatic", "promote_after_minutes": 1}
    warm, pilot = (
        with_database("aurora-mysql", strategy, **settings) for strategy in ("warm", "pilot_light")
    )
    assert recovery_time(warm).activation == 0
    probes = until_served(pilot.application) - pilot.application.boot
    assert until_awake(pilot) == 900 + probes
    assert recovery_time(pilot).activation == 65 + 900 + probes + 30 + 10
    waits = [write.wait for one in (warm, pilot) if (write := write_recovery(one))]
    assert waits == [60, recovery_time(pilot).activation]


def test_a_replica_runs_in_a_pilot_light_but_users_move_only_once_instances_serve() -> None:
    """The control promotes after they have moved, and not before."""
    pilot = with_database(
        "rds-mysql-replica", "pilot_light", promotion="automatic", promote_after_minutes=1
    )
    assert until_awake(pilot) == until_served(pilot.application)
    writes = write_recovery(pilot)
    assert writes is not None
    assert writes.wait == recovery_time(pilot).activation > 60
