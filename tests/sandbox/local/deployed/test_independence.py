"""Which stacks can be changed while a region is lost: measured, and as docs/outages.md says."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from emitted import STACK_NAMES
from environments import RegionalSettings
from tests.command_line import ROOT
from tests.sandbox.local.deployed.system import EITHER, Deployed

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "outages.md"
WITHOUT_REFRESH = "-refresh=false"
APPLY = ("apply", "-auto-approve", "-input=false", "-no-color")
# Those of either example that can be lost, and matter.
REGIONS = 3
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


class Changes:
    """Every stack with a change of its own, all naming the hosted zone by its ID, as the guide
    says."""

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
        self._folders = {
            stack: deployed.changed(f"changed-{stack}", stack, **dns, **change) / stack
            for stack, change in changes.items()
        }

    def apply(self, stack: str, *options: str) -> bool:
        """Whether the change can be planned and applied."""
        applied = self._deployed.run(self._folders[stack], *APPLY, *options)
        changed = re.search(r"Resources: (\d+) added, (\d+) changed", applied.stdout)
        assert applied.returncode or (changed and changed.groups() != ("0", "0")), applied.stdout
        return applied.returncode == 0

    def left_to_do(self, stack: str) -> int:
        """The exit code of another plan: 0 where the change is applied."""
        arguments = ("plan", "-detailed-exitcode", "-input=false", "-no-color")
        return self._deployed.run(self._folders[stack], *arguments).returncode


def larger(settings: RegionalSettings) -> RegionalSettings:
    capacity = settings.capacity
    return settings.model_copy(
        update={"capacity": capacity.model_copy(update={"max": capacity.max + 1})}
    )


@pytest.mark.parametrize("deployed", EITHER, indirect=True)
@pytest.mark.parametrize("place", range(REGIONS))
def test_what_a_lost_region_costs_is_what_the_guide_says(
    lighter: Deployed, place: int, report: Callable[[str], None]
) -> None:
    guide, environment = expected(lighter), lighter.environment
    third = environment.backend("global").region
    regions = {environment.primary.region, environment.dr.region, third, "us-east-1"}
    assert set(guide) == regions
    assert len(guide) == REGIONS
    region, promised = list(guide.items())[place]
    changes = Changes(lighter)
    lighter.aws.lose(region)
    measured: dict[str, str] = {}
    for stack in STACK_NAMES:
        if changes.apply(stack):
            measured[stack] = YES
        else:
            measured[stack] = ONLY_SO if changes.apply(stack, WITHOUT_REFRESH) else NO
    lighter.aws.restore(region)
    row = ", ".join(f"{stack} {possible}" for stack, possible in measured.items())
    report(f"{environment.name}: can a change be planned and applied without {region}? {row}")
    assert measured == promised
    for stack, possible in measured.items():
        if possible != NO:
            assert changes.left_to_do(stack) == 0, stack


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_without_the_zones_id_a_plan_needs_route_53(lighter: Deployed) -> None:
    lighter.aws.lose("us-east-1")
    refused = lighter.run("primary", "plan", "-input=false", "-no-color", WITHOUT_REFRESH)
    assert refused.returncode == 1
    assert "us-east-1 is lost, and route53 there with it" in refused.stderr
