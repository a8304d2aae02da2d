"""Shifts that AWS started itself: practice runs, autoshifts and experiments, which one of an
operator's replaces."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from operations.zone import commands
from operations.zone.overview import overview, print_overview
from terminal.errors import OperationError
from tests.synthesis import example

ENVIRONMENT = example("mission")
NAME = ENVIRONMENT.primary.load_balancer
NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
A, B, C = ENVIRONMENT.primary.zones
IDS = dict(zip(ENVIRONMENT.primary.zones, ("aps1-az1", "aps1-az3", "aps1-az2"), strict=True))


class Region:
    """All services of one region, with a shift away from its first zone."""

    autoshifts: Mapping[str, Any] = {}

    def __init__(self, **shift: str) -> None:
        self.calls: list[tuple[str, str]] = []
        self._shift: Mapping[str, Any] = {
            "appliedStatus": "APPLIED",
            "zonalShiftId": "shift",
            "awayFrom": IDS[A],
            "startTime": NOW,
            "expiryTime": NOW + timedelta(minutes=30),
            "comment": "practice",
            **shift,
        }

    def list_managed_resources(self) -> Any:
        arn = f"arn:aws:elasticloadbalancing:ap-south-1:1:loadbalancer/app/{NAME}/1"
        return {"items": [{"arn": arn, "zonalShifts": [self._shift], **self.autoshifts}]}

    def describe_availability_zones(self, **_: Any) -> Any:
        zones = [{"ZoneName": name, "ZoneId": own_id} for name, own_id in IDS.items()]
        return {"AvailabilityZones": zones}

    def describe_auto_scaling_groups(self, **_: Any) -> Any:
        serves = {"LifecycleState": "InService", "HealthStatus": "Healthy"}
        instances = [{"AvailabilityZone": zone, **serves} for zone in IDS]
        return {"AutoScalingGroups": [{"Instances": instances, "DesiredCapacity": 3}]}

    def start_zonal_shift(self, *, awayFrom: str, **_: Any) -> None:  # noqa: N803
        self.calls.append(("start", awayFrom))

    def update_zonal_shift(self, *, zonalShiftId: str, **_: Any) -> None:  # noqa: N803
        self.calls.append(("update", zonalShiftId))

    def cancel_zonal_shift(self, *, zonalShiftId: str) -> None:  # noqa: N803
        self.calls.append(("cancel", zonalShiftId))


def away(region: Region, zone: str) -> None:
    commands.away(
        ENVIRONMENT,
        zone,
        lasts="2h",
        by="pat",
        reason="",
        force=False,
        confirm=lambda _: None,
        console=Console(file=io.StringIO()),
        connect=lambda *_: region,
    )


@pytest.mark.parametrize("kind", ["PRACTICE_RUN", "ZONAL_AUTOSHIFT", "FIS_EXPERIMENT"])
@pytest.mark.parametrize("zone", [A, B])
def test_an_operators_shift_replaces_one_of_awss_own(kind: str, zone: str) -> None:
    region = Region(shiftType=kind)
    away(region, zone)
    assert region.calls == [("start", IDS[zone])]


@pytest.mark.parametrize("given", [{"shiftType": "ZONAL_SHIFT"}, {}])
def test_an_operators_own_lasts_longer_and_is_the_only_one(given: dict[str, str]) -> None:
    region = Region(**given)
    away(region, A)
    assert region.calls == [("update", "shift")]
    with pytest.raises(OperationError, match="a load balancer takes one shift at a time"):
        away(region, B)


def test_what_is_not_applied_is_no_shift() -> None:
    region = Region(appliedStatus="NOT_APPLIED")
    away(region, A)
    assert region.calls == [("start", IDS[A])]


def test_what_is_not_told_is_no_shift() -> None:
    """The API requires ARC to tell neither shifts nor autoshifts."""
    region = Region()
    region.list_managed_resources = lambda: {"items": [{"arn": f":loadbalancer/app/{NAME}/1"}]}
    assert f"{A} {IDS[A]} 1 off as usual" in shown(region)


def test_a_practice_run_can_be_ended() -> None:
    region = Region(shiftType="PRACTICE_RUN")
    commands.back(ENVIRONMENT, A, console=Console(file=io.StringIO()), connect=lambda *_: region)
    assert region.calls == [("cancel", "shift")]


def shown(region: Region) -> list[str]:
    console = Console(file=io.StringIO(), width=200)
    print_overview(overview(ENVIRONMENT, lambda *_: region), console)
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_an_autoshift_is_shown_beside_the_operators_shift() -> None:
    region = Region()
    applied = {"appliedStatus": "APPLIED", "awayFrom": IDS[B], "startTime": NOW}
    waiting = {"appliedStatus": "NOT_APPLIED", "awayFrom": IDS[C], "startTime": NOW}
    region.autoshifts = {"zonalAutoshiftStatus": "ENABLED", "autoshifts": [applied, waiting]}
    rows = shown(region)
    assert f"{A} {IDS[A]} 1 on moved away until 2026-11-29 03:30 UTC (practice)" in rows
    assert f"{B} {IDS[B]} 1 on moved away by AWS since 2026-11-29 03:00 UTC" in rows
    assert f"{C} {IDS[C]} 1 on as usual" in rows


def test_an_autoshift_that_is_off_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    region = Region()
    monkeypatch.setattr(region, "autoshifts", {"zonalAutoshiftStatus": "DISABLED"})
    assert f"{B} {IDS[B]} 1 off as usual" in shown(region)
