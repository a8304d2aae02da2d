"""The readiness function, called as Lambda calls it."""

from typing import Any

import pytest

from functions.standby_readiness import handler
from functions.standby_readiness.checks import CHECKS
from functions.standby_readiness.outcome import Check, Found, Status
from functions.standby_readiness.settings import StandbySettings
from tests.functions.standby_readiness.fakes import SETTINGS, Fake, refusal


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setenv("STANDBY", SETTINGS.to_json())
    return []


def handle(told: list[dict[str, Any]]) -> list[str]:
    """Runs in a region in which only CloudWatch takes metrics, and everything else is refused."""
    clients = {"cloudwatch": Fake(put_metric_data=lambda **asked: told.append(asked))}
    return handler.handle({}, None, client=lambda service: clients.get(service, Fake()))


def checks(monkeypatch: pytest.MonkeyPatch, **statuses: Status) -> None:
    def check(status: Status) -> Any:
        def run(_: object) -> Found:
            yield status, f"it is {status.value}"

        return run

    made = tuple(Check(name, check(status)) for name, status in statuses.items())
    monkeypatch.setattr(handler, "CHECKS", made)


def test_settings_survive_as_json() -> None:
    assert StandbySettings.from_json(SETTINGS.to_json()) == SETTINGS


def test_faults_and_what_was_not_checked_are_counted_and_logged(
    monkeypatch: pytest.MonkeyPatch,
    told: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    checks(
        monkeypatch,
        fine=Status.READY,
        remarkable=Status.NOTE,
        broken=Status.FAULT,
        silent=Status.UNKNOWN,
    )
    assert handle(told) == ["broken", "silent"]
    (one,) = told
    assert one["Namespace"] == "Failover"
    (metric,) = one["MetricData"]
    assert (metric["MetricName"], metric["Value"]) == ("StandbyFaults", 2)
    assert metric["Dimensions"] == [{"Name": "Deployment", "Value": "shop"}]
    assert capsys.readouterr().out == (
        "broken: fault: it is fault\nsilent: not checked: it is not checked\n"
    )


def test_a_standby_without_faults_says_so(
    monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]
) -> None:
    checks(monkeypatch, fine=Status.READY, remarkable=Status.NOTE)
    assert handle(told) == []
    assert told[0]["MetricData"][0]["Value"] == 0


def test_in_a_region_that_refuses_everything_nothing_is_taken_for_ready(
    told: list[dict[str, Any]],
) -> None:
    lacking = {"release", "secret", "database", "lag", "tables"}
    assert set(handle(told)) == {check.name for check in CHECKS} - lacking


def test_a_number_that_cannot_be_published_is_a_failed_run(
    monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]
) -> None:
    checks(monkeypatch, fine=Status.READY)
    refusing = Fake(put_metric_data=refusal("AccessDenied"))
    with pytest.raises(Exception, match="AccessDenied"):
        handler.handle({}, None, client=lambda _: refusing)
    assert told == []
