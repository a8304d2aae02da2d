"""The dashboard that shows which region serves, and whether the other is ready."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard

from environments import ROLES
from tests.conftest import Synthesised

COLUMNS = 24


def widgets(deployment: Synthesised, kind: str | None = None) -> list[dict[str, Any]]:
    body = deployment.stacks["global"].only(CloudwatchDashboard)["dashboard_body"]
    found = json.loads(body)["widgets"]
    return [widget for widget in found if kind in (None, widget["type"])]


def graphs(deployment: Synthesised) -> list[dict[str, Any]]:
    return [widget["properties"] for widget in widgets(deployment, "metric")]


def shown(deployment: Synthesised, region: str) -> str:
    return json.dumps(
        [graph["metrics"] for graph in graphs(deployment) if graph["region"] == region]
    )


def test_it_is_named_after_the_deployment(deployment: Synthesised) -> None:
    dashboard = deployment.stacks["global"].only(CloudwatchDashboard)
    assert dashboard["dashboard_name"] == deployment.environment.name


def test_the_first_row_says_how_to_read_it_and_which_alarms_are_on(
    deployment: Synthesised,
) -> None:
    first = sorted(
        (widget for widget in widgets(deployment) if widget["y"] == 0),
        key=lambda widget: widget["x"],
    )
    assert [widget["type"] for widget in first] == ["text", "alarm"]
    text = first[0]["properties"]["markdown"]
    assert deployment.environment.dns.domain in text
    for role in ROLES:
        assert deployment.environment.regional(role).region in text


def test_the_checks_are_shown_from_us_east_1(deployment: Synthesised) -> None:
    (graph,) = [one for one in graphs(deployment) if "health checks" in one["title"]]
    assert graph["region"] == "us-east-1"
    assert [metric[3] for metric in graph["metrics"]] == [
        f"${{aws_route53_health_check.{check}.id}}"
        for check in ("primary_health_check", "standby_health_check", "primary_in_service")
    ]


def test_the_control_is_shown_from_the_standbys_region(deployment: Synthesised) -> None:
    (graph,) = [one for one in graphs(deployment) if "failover control" in one["title"]]
    assert graph["region"] == deployment.environment.dr.region
    name = deployment.environment.name
    assert [metric[:4] for metric in graph["metrics"]] == [
        ["Failover", "FailedOver", "Deployment", name],
        ["Failover", "StandbyNeeded", "Deployment", name],
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "metric",
    [
        "HealthyHostCount",
        "GroupInServiceInstances",
        "GroupDesiredCapacity",
        "RequestCount",
        "HTTPCode_ELB_5XX_Count",
        "HTTPCode_Target_5XX_Count",
        "TargetResponseTime",
        "BlockedRequests",
    ],
)
def test_each_region_has_a_row(deployment: Synthesised, role: Any, metric: str) -> None:
    settings = deployment.environment.regional(role)
    found = shown(deployment, settings.region)
    assert metric in found
    assert f"app/{settings.load_balancer}'" in found
    assert settings.auto_scaling_group in found


def test_nothing_is_beside_the_grid_or_on_top_of_another(deployment: Synthesised) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets(deployment):
        columns = range(widget["x"], widget["x"] + widget["width"])
        lines = range(widget["y"], widget["y"] + widget["height"])
        cells = {(column, line) for column in columns for line in lines}
        assert columns.stop <= COLUMNS
        assert not cells & taken
        taken |= cells


def test_every_search_is_one_that_cloudwatch_takes(deployment: Synthesised) -> None:
    searches = [
        metric[0]["expression"]
        for graph in graphs(deployment)
        for metric in graph["metrics"]
        if isinstance(metric[0], dict)
    ]
    assert searches
    for search in searches:
        assert len(search) <= 1024
        assert search.count("'") == 4
