"""A throw-away copy shares no name with the original, can be destroyed, and wakes nobody."""

from typing import Any

import pytest

from environments import (
    ROLES,
    Alarms,
    Environment,
    EnvironmentFileError,
    RoutingControl,
    load_environment,
)
from proof.drill.live.ephemeral.copy import copy_of
from terminal.errors import OperationError
from tests.arc import ROUTING_CONTROL
from tests.command_line import ROOT
from tests.synthesis import example


def changed(section: str, **update: Any) -> Environment:
    file = example("mission")
    return file.model_copy(update={section: getattr(file, section).model_copy(update=update)})


def names(environment: Environment) -> set[str]:
    """Whatever is unique in an account, in a zone or in all of AWS."""
    found = {environment.name, environment.dns.domain, environment.drills, *environment.buckets}
    for role in ROLES:
        settings = environment.regional(role)
        found |= {
            settings.launch_template,
            settings.auto_scaling_group,
            settings.load_balancer,
            settings.target_group,
            environment.regional_name(role),
            environment.health_name(role),
        }
    return found


@pytest.mark.parametrize("name", ["mission", "staging"])
def test_it_shares_no_name(name: str) -> None:
    environment = example(name)
    copy = copy_of(environment, "thursday")
    assert copy.dns.domain == f"thursday.{environment.dns.domain}"
    assert not names(copy) & names(environment)


def test_it_has_what_makes_the_times() -> None:
    environment = example("staging")
    copy = copy_of(environment, "thursday")
    assert copy.health_check == environment.health_check
    assert copy.dns.failover_ttl == environment.dns.failover_ttl
    assert copy.failover == environment.failover
    assert [copy.regional(role).capacity for role in ROLES] == [
        environment.regional(role).capacity for role in ROLES
    ]


def test_it_can_be_drilled_and_destroyed() -> None:
    copy = copy_of(example("mission"), "thursday")
    assert copy.drill.live
    assert not copy.deletion_protection


def test_a_zone_has_one_query_log() -> None:
    assert not copy_of(example("mission"), "thursday").dns.query_logs


def test_it_wakes_nobody() -> None:
    told = Alarms(emails=["oncall@example.com"], webhooks=["https://alerts.example.com/sns"])
    loud = example("mission").model_copy(update={"alarms": told})
    assert not copy_of(loud, "thursday").alarms.reach_somebody


def test_it_leaves_the_other_names_alone() -> None:
    several = changed("dns", aliases=["www.awspractice.space"])
    assert copy_of(several, "thursday").dns.names == ("thursday.awspractice.space",)
    with pytest.raises(OperationError, match=r"www\.awspractice\.space is in use"):
        copy_of(several, "www")


def test_it_leaves_the_routing_control_alone() -> None:
    shared = changed("failover", routing_control=RoutingControl.model_validate(ROUTING_CONTROL))
    assert copy_of(shared, "thursday").failover.routing_control is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("awspractice", "is the deployment itself"),
        ("us-east-1", r"us-east-1\.awspractice\.space is in use"),
        ("primary-health", r"primary-health\.awspractice\.space is in use"),
    ],
)
def test_a_name_in_the_way_is_refused(name: str, reason: str) -> None:
    with pytest.raises(OperationError, match=reason):
        copy_of(example("mission"), name)


def test_the_rules_for_files_hold_for_it() -> None:
    with pytest.raises(EnvironmentFileError, match="the copy Bad_Name of awspractice"):
        copy_of(example("mission"), "Bad_Name")


@pytest.mark.parametrize("name", ["releases", "tables"])
def test_what_has_data_is_refused(name: str) -> None:
    with pytest.raises(OperationError, match="has no data"):
        copy_of(example(name), "thursday")


def test_nothing_but_the_drill_delivers_to_it() -> None:
    """An account has one identity provider of GitHub's, and the drill brings the release itself."""
    releases = load_environment(str(ROOT / "examples" / "application" / "environment.toml"))
    started = {"github": "octo-org/shop", "pipeline": "codepipeline", "bake": 60}
    delivery = releases.delivery.model_copy(update=started)
    copy = copy_of(releases.model_copy(update={"delivery": delivery}), "thursday")
    assert copy.application == releases.application
    assert (copy.delivery.github, copy.delivery.pipeline, copy.delivery.bake) == (None, None, 60)
    assert copy.releases_bucket("primary") != releases.releases_bucket("primary")
