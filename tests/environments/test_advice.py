"""Advice that is given before a deployment."""

from typing import Any

import pytest

from environments.advice import ELASTIC_IPS, advice
from environments.loading import check
from modules import quotas

File = dict[str, Any]


def said(file: File) -> list[str]:
    return list(advice(check(file, "some.toml")))


@pytest.fixture
def quiet(mission_file: File) -> File:
    """An environment that gets no advice."""
    mission_file["dr"]["capacity"] = {"min": 3, "desired": 3, "max": 6}
    assert said(mission_file) == []
    return mission_file


def test_a_hot_standby_that_is_smaller_is_said_with_its_load(mission_file: File) -> None:
    (line,) = said(mission_file)
    assert line.startswith("dr.capacity.min: a hot standby of 2 instances takes over the load of 3")
    assert "1.5 times as much for each" in line


def test_an_unknown_type_is_said(quiet: File) -> None:
    quiet["dr"]["instance_type"] = "m19i.large"
    (line,) = said(quiet)
    assert line.startswith("dr.instance_type: m19i.large is not a known type")
    quiet["dr"]["ami"] = "ami-0123456789abcdef0"
    assert said(quiet) == []


@pytest.mark.parametrize(("zones", "warned"), [(5, False), (6, True)])
def test_more_nat_gateways_than_addresses_are_said(quiet: File, zones: int, warned: bool) -> None:
    quiet["primary"] |= {
        "zones": [f"ap-south-1{letter}" for letter in "abcdef"[:zones]],
        "nat_gateways": "per_az",
    }
    lines = said(quiet)
    assert len(lines) == warned
    assert all("6 Elastic IP addresses" in line and "L-0263D0A3" in line for line in lines)


def test_with_a_database_a_live_page_is_advised(quiet: File) -> None:
    quiet["data"] = {"engine": "aurora-postgresql"}
    assert said(quiet) == [], "a page alone has no other"
    quiet["application"] = {"setup": "#!/bin/sh\n"}
    (line,) = said(quiet)
    assert line.startswith("application.live_path: without it")
    quiet["application"]["live_path"] = "/live"
    assert said(quiet) == []


def test_the_quota_of_addresses_is_that_of_the_modules() -> None:
    assert quotas.ELASTIC_IPS.default == ELASTIC_IPS
