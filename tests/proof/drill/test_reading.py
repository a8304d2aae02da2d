"""What the drill reads from the emitted stacks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from modules.user_data import APACHE_CONFIGURATION, Workload
from modules.user_data import user_data as script
from proof.drill import user_data
from proof.drill.reading import Emitted, read_emitted
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.proof.drill.conftest import written


def test_pages_and_settings_are_the_emitted_ones(
    deployment: Synthesised, emitted: Callable[[str], Emitted], request: pytest.FixtureRequest
) -> None:
    found = emitted(request.node.callspec.params["deployment"])
    environment = deployment.environment
    for role, region in found.regions.items():
        settings = environment.regional(role)
        assert region.page == settings.page
        assert (region.region, region.group) == (settings.region, settings.auto_scaling_group)
        assert region.balancer.region == settings.region
        assert region.matcher == "200"
        assert (region.health_path, region.live) == ("/", False)
    outputs = deployment.stacks["global"].outputs
    assert found.bound == outputs["worst_case_recovery_seconds"]
    assert found.bound_terms == outputs["worst_case_recovery_terms"]


def test_the_load_balancers_page_and_the_one_for_route_53_are_the_emitted_ones(
    emitted: Callable[[str], Emitted],
) -> None:
    for region in emitted("releases").regions.values():
        assert (region.balancer.path, region.health_path, region.live) == ("/live", "/health", True)


def test_a_boot_writes_what_the_script_prints(
    emitted: Callable[[str], Emitted], tmp_path: Path
) -> None:
    region = emitted("mission").regions["dr"]
    user_data.boot(region.user_data, tmp_path)
    files = {
        str(file.relative_to(tmp_path)): file.read_text()
        for file in tmp_path.rglob("*")
        if file.is_file()
    }
    assert files == {
        "html/index.html": f"{region.page}\n",
        "conf.d/failover.conf": APACHE_CONFIGURATION,
    }


def test_a_page_is_data(tmp_path: Path) -> None:
    page = "it's $(touch broken) > /tmp/x\n`touch broken`; printf '%s'"
    user_data.boot(script(Workload(page=page)), tmp_path)
    assert (tmp_path / "html" / "index.html").read_text() == f"{page}\n"
    assert not list(tmp_path.rglob("broken"))


def test_a_script_without_a_page_is_refused() -> None:
    with pytest.raises(OperationError, match=r"writes no /var/www/html/index\.html"):
        user_data.printed_by("#!/bin/bash\nsystemctl restart httpd\n")


def test_no_stacks(mission: Synthesised, tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="contains no stacks"):
        read_emitted(tmp_path, mission.environment)


def test_what_the_model_does_not_know_is_told(mission: Synthesised, tmp_path: Path) -> None:
    file = written(mission, tmp_path) / "stacks" / "global" / "cdk.tf.json"
    stack = json.loads(file.read_text())
    stack["resource"]["aws_route53_record"]["primary_record"]["weighted_routing_policy"] = {}
    file.write_text(json.dumps(stack))
    with pytest.raises(OperationError, match="the model of Route 53 does not support"):
        read_emitted(tmp_path, mission.environment)
