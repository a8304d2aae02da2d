"""Which account may be deployed to, and in which regions."""

import pytest

from environments import Environment
from operations.preflight import access
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.process import ACCOUNT
from tests.operations.preflight.checking import (
    MISSING,
    OPT_IN,
    READY,
    UNKNOWN,
    found,
    only,
    with_primary,
)

pytestmark = pytest.mark.slow


def test_the_account_is_one_of_those_that_are_allowed(
    aws: EmbeddedAws, environment: Environment
) -> None:
    check = access.account_is_allowed
    assert only(check, environment, aws.client)[0] is READY
    allowed = environment.model_copy(update={"allowed_account_ids": [ACCOUNT]})
    assert only(check, allowed, aws.client) == (READY, ACCOUNT)
    other = environment.model_copy(update={"allowed_account_ids": ["111122223333"]})
    said = f"{ACCOUNT}; allowed_account_ids has 111122223333"
    assert only(check, other, aws.client) == (MISSING, said)


def test_an_opt_in_region_is_enabled_and_takes_the_credentials(
    aws: EmbeddedAws, environment: Environment
) -> None:
    abroad = with_primary(environment, region=OPT_IN)
    checks = (access.regions_are_enabled, access.credentials_work_in_each_region)
    for check in checks:
        assert {status for status, _ in found(check, abroad, aws.client)} == {READY}
    aws.disable(OPT_IN)
    said = [found(check, abroad, aws.client)[0] for check in checks]
    command = f"aws account enable-region --region-name {OPT_IN}"
    assert said[0] == (MISSING, f"{OPT_IN} is DISABLED: {command}")
    assert said[1][0] is MISSING
    assert "AWS_STS_REGIONAL_ENDPOINTS=regional" in said[1][1]


def test_a_region_that_cannot_be_asked_is_not_taken_for_one_that_refuses(
    aws: EmbeddedAws, environment: Environment
) -> None:
    aws.lose("us-east-1")
    try:
        said = found(access.credentials_work_in_each_region, environment, aws.client)
    finally:
        aws.restore("us-east-1")
    assert [status for status, _ in said] == [READY, UNKNOWN]
