"""Where each alarm says that one reads on."""

from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm

from environments import Environment
from environments.loading import check
from modules.alarm_names import known_alarms
from tests.environments.extremes import most_of_tables
from tests.environments.hostile import place
from tests.synthesis import Stacks

PAGE = "https://github.com/you/repo/blob/main/docs/alarms.md"


@pytest.fixture
def environment(mission_file: dict[str, Any]) -> Environment:
    place(mission_file, "alarms.runbooks", PAGE)
    return check(mission_file, "some.toml")


def descriptions(stacks: Stacks) -> dict[str, str]:
    return {
        alarm["alarm_name"]: alarm["alarm_description"]
        for stack in stacks.values()
        for alarm in stack.resources(CloudwatchMetricAlarm).values()
    }


def test_each_alarm_ends_with_a_link_to_its_section(environment: Environment) -> None:
    found = descriptions(Stacks(environment))
    known = {one.name: one.kind for one in known_alarms(environment)}
    assert set(found) == set(known)
    for name, kind in known.items():
        assert found[name].endswith(f" What to do: {PAGE}#{kind}")


def test_the_dashboard_links_the_page(environment: Environment) -> None:
    dashboard = Stacks(environment)["global"].only(CloudwatchDashboard)["dashboard_body"]
    assert f"[docs/alarms.md]({PAGE})" in dashboard


def test_the_longest_link_fits_into_every_description() -> None:
    """CloudWatch takes 1024 characters."""
    file = most_of_tables()
    found = descriptions(Stacks(check(file, "most.toml")))
    assert any(file["alarms"]["runbooks"] in one for one in found.values())
    assert max(map(len, found.values())) <= 1024
