"""What the readiness checks expect, by the environment file."""

import pytest

from environments import Alarms, Environment
from functions.standby_readiness.settings import StandbySettings
from modules.standby_settings import standby_settings
from tests.databases import with_database
from tests.synthesis import example


def of(environment: Environment) -> StandbySettings:
    return standby_settings(environment)


def test_the_missions_standby() -> None:
    found = of(example("mission"))
    assert (found.rest, found.needed) == (2, 3)
    assert found.certified == ("awspractice.space", "us-east-1.awspractice.space")
    assert found.keys == ("awspractice-us-east-1",)
    assert found.control == "awspractice-failover-control"
    assert found.alarms[-1] == "awspractice-standby-not-ready"
    assert (found.releases, found.secret, found.database, found.tables) == (None, None, None, ())


def test_the_certificate_covers_every_name() -> None:
    mission = example("mission")
    dns = mission.dns.model_copy(update={"aliases": ["www.awspractice.space"]})
    assert of(mission.model_copy(update={"dns": dns})).certified == (
        "awspractice.space",
        "www.awspractice.space",
        "us-east-1.awspractice.space",
    )


def test_a_standby_that_nobody_wakes_is_needed_as_it_is() -> None:
    mission = example("mission")
    failover = mission.failover.model_copy(update={"activation": False})
    assert of(mission.model_copy(update={"failover": failover})).needed == 2


def test_everybody_who_is_told_is_counted() -> None:
    told = Alarms(emails=["a@example.com"], webhooks=["https://alerts.example.com/sns"])
    assert of(example("mission").model_copy(update={"alarms": told})).recipients == 2


@pytest.mark.parametrize(
    ("engine", "metric", "units"),
    [
        ("aurora-postgresql", "AuroraGlobalDBRPOLag", 1000),
        ("rds-mysql-replica", "ReplicaLag", 1),
    ],
)
def test_a_database(engine: str, metric: str, units: int) -> None:
    found = of(with_database(engine))
    assert found.lag["metric"] == metric
    assert (found.lag["units"], found.lag["most"]) == (units, 60)
    assert found.secret == "awspractice-database"
    assert found.keys == ("awspractice-us-east-1", "awspractice-us-east-1-database")


def test_tables_of_which_one_has_keys_of_its_own() -> None:
    found = of(example("tables"))
    assert found.tables == ("tablespractice-ledger", "tablespractice-sessions")
    assert found.keys[-1] == "tablespractice-tables"


def test_without_tls_there_is_no_certificate() -> None:
    found = of(example("mission").model_copy(update={"tls": False}))
    assert (found.certified, found.port) == ((), 80)
