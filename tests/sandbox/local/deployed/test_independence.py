"""Which stacks can be changed while a region is lost: measured, and as docs/outages.md says."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from emitted import STACK_NAMES
from environments import RegionalSettings
from tests.sandbox.local.command import ROOT
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "outages.md"
WITHOUT_REFRESH = "-refresh=false"
# What a cell of the guide's table says, and what it means.
YES, ONLY_SO, NO = "yes", f"with `{WITHOUT_REFRESH}`", "no"


def expected(deployed: Deployed) -> dict[str, dict[str, str]]:
    """The guide's table for this environment: region, stack, what is possible."""
    section = GUIDE.read_text().partition(f"### {deployed.environment.name}\n")[2]
    rows = re.findall(
        r"^\| `([a-z0-9-]+)`[^|]*\|(.+)\|$", section.partition("\n#")[0], re.MULTILINE
    )
    return {
        region: dict(zip(STACK_NAMES, (cell.strip() for cell in cells.split("|")), strict=True))
        for region, cells in rows
    }


class Toggle:
    """Every stack as deployed, and with a change of its own; applying one or the other by turns.

    Both name the hosted zone by its ID, as the guide says."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        (zone,) = deployed.aws.client("route53", "us-east-1").list_hosted_zones()["HostedZones"]
        environment = deployed.environment
        zone_id = zone["Id"].removeprefix("/hostedzone/")
        dns = {"dns": environment.dns.model_copy(update={"zone_id": zone_id})}
        check = environment.health_check
        slower = check.model_copy(update={"failure_threshold": check.failure_threshold + 1})
        changes: dict[str, dict[str, Any]] = {
            "bootstrap": {"tags": {**environment.tags, "Changed": "yes"}},
            "primary": {"primary": larger(environment.primary)},
            "dr": {"dr": larger(environment.dr)},
            "global": {"health_check": slower},
        }
        same = deployed.changed("same", **dns)
        self._folders = {
            stack: [deployed.changed(f"changed-{stack}", **dns, **change) / stack, same / stack]
            for stack, change in changes.items()
        }
        for folders in self._folders.values():
            for folder in folders:
                assert deployed.run(folder, "init", "-input=false").returncode == 0

    def apply_the_other(self, stack: str, *options: str) -> bool:
        """Whether the change, or its undoing, can be planned and applied."""
        folder = self._folders[stack][0]
        arguments = ("-detailed-exitcode", "-input=false", "-no-color", "-out=plan")
        planned = self._deployed.run(folder, "plan", *arguments, *options)
        if planned.returncode == 1:
            return False
        assert planned.returncode == 2, f"{folder} plans no change"
        applied = self._deployed.run(folder, "apply", "-input=false", "-no-color", "plan")
        if applied.returncode == 0:
            self._folders[stack].reverse()
        return applied.returncode == 0

    def undo(self) -> None:
        for stack, (folder, _) in self._folders.items():
            if folder.parent.parent.name == "same":
                assert self.apply_the_other(stack)


def larger(settings: RegionalSettings) -> RegionalSettings:
    capacity = settings.capacity
    return settings.model_copy(
        update={"capacity": capacity.model_copy(update={"max": capacity.max + 1})}
    )


def test_what_a_lost_region_costs_is_what_the_guide_says(
    deployed: Deployed, report: Callable[[str], None]
) -> None:
    guide = expected(deployed)
    environment = deployed.environment
    third = environment.backend("global").region
    regions = {environment.primary.region, environment.dr.region, third, "us-east-1"}
    assert set(guide) == regions
    toggle = Toggle(deployed)
    measured: dict[str, dict[str, str]] = {}
    for region in guide:
        deployed.aws.lose(region)
        measured[region] = {}
        for stack in STACK_NAMES:
            if toggle.apply_the_other(stack):
                possible = YES
            else:
                possible = ONLY_SO if toggle.apply_the_other(stack, WITHOUT_REFRESH) else NO
            measured[region][stack] = possible
        deployed.aws.restore(region)
    lines = [f"{environment.name}: can a change be planned and applied with this region lost?"]
    lines += [
        f"  {region}: " + ", ".join(f"{stack} {possible}" for stack, possible in row.items())
        for region, row in measured.items()
    ]
    report("\n".join(lines))
    assert measured == guide
    toggle.undo()
    assert deployed.plan_exit_codes() == dict.fromkeys(STACK_NAMES, 0)


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_without_the_zones_id_a_plan_needs_route_53(deployed: Deployed) -> None:
    deployed.aws.lose("us-east-1")
    refused = deployed.run("primary", "plan", "-input=false", "-no-color", WITHOUT_REFRESH)
    assert refused.returncode == 1
    assert "us-east-1 is lost, and route53 there with it" in refused.stderr
