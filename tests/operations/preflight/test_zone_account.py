"""A hosted zone in another account: the checks look there, by the role of `dns.role_arn`."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from environments import Environment
from operations import aws as operators_aws
from operations.checks import Check
from operations.preflight import names
from operations.preflight.account import Account
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.outside_world import create_hosted_zone
from tests.operations.delivery.delivering import log_in
from tests.operations.preflight.checking import MISSING, READY, UNKNOWN, with_dns
from tests.synthesis import example

pytestmark = pytest.mark.slow

ROLE = "arn:aws:iam::222233334444:role/failover-dns"


@pytest.fixture
def environment(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Its zone is there, with the role that docs/permissions describes."""
    log_in(aws, monkeypatch)
    zone = f"{uuid4().hex[:12]}.example"
    given = {"role_arn": f"{ROLE}-{zone}", "query_logs": False}
    made = with_dns(example("mission"), zone=zone, domain=zone, **given)
    create_hosted_zone(made, aws)
    return made


def statuses(check: Callable[[Account], Any], environment: Environment) -> list[Any]:
    account = Account(environment, client=operators_aws.client)
    return [outcome.status for outcome in Check("it", check)(account)]


def test_what_is_in_the_zone_is_looked_for_in_its_account(environment: Environment) -> None:
    every = (names.zone_role_can_be_assumed, names.hosted_zone_exists, names.records_are_free)
    assert [statuses(check, environment) for check in every] == [[READY]] * 3
    own = with_dns(environment, role_arn=None)
    assert statuses(names.hosted_zone_exists, own) == [MISSING]
    assert statuses(names.zone_role_can_be_assumed, own) == []


def test_a_role_that_cannot_be_used_is_missing(environment: Environment) -> None:
    wrong = with_dns(environment, role_arn=f"{ROLE}-of-nobody")
    assert statuses(names.zone_role_can_be_assumed, wrong) == [MISSING]
    assert statuses(names.hosted_zone_exists, wrong) == [UNKNOWN]
