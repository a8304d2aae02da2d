"""Each region's key: who may use it, and for what."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey

from environments import REMOTE_STACKS
from tests.conftest import Synthesised

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
KEY = "${aws_kms_key.key.arn}"


def region_of(deployment: Synthesised, stack: str) -> str:
    regions = {"primary": deployment.environment.primary.region, "global": "us-east-1"}
    return regions.get(stack, deployment.environment.dr.region)


def statements(deployment: Synthesised, stack: str) -> list[dict[str, Any]]:
    return json.loads(deployment.stacks[stack].only(KmsKey)["policy"])["Statement"]


@pytest.mark.parametrize("stack", REMOTE_STACKS)
def test_a_key_is_renewed_and_does_not_end_at_once(deployment: Synthesised, stack: str) -> None:
    assert deployment.stacks[stack].has(
        KmsKey, enable_key_rotation=True, deletion_window_in_days=30
    )


def test_the_keys_names_are_distinct_even_in_one_region(deployment: Synthesised) -> None:
    """The standby's and us-east-1's keys may be in the same region."""
    names = [deployment.stacks[stack].only(KmsAlias)["name"] for stack in REMOTE_STACKS]
    assert len(set(names)) == len(names)
    assert all(name.startswith(f"alias/{deployment.environment.name}-") for name in names)


@pytest.mark.parametrize("stack", REMOTE_STACKS)
def test_the_accounts_administrators_administer_it(deployment: Synthesised, stack: str) -> None:
    """As in AWS's default policy; without this nobody could."""
    administrators, *_ = statements(deployment, stack)
    assert administrators["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert administrators["Action"] == ["kms:*"]


@pytest.mark.parametrize("stack", REMOTE_STACKS)
def test_the_accounts_alarms_may_publish_with_it(deployment: Synthesised, stack: str) -> None:
    """As in AWS's example. A condition on something that CloudWatch might not send would mute
    them."""
    _, alarms, _ = statements(deployment, stack)
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in alarms


@pytest.mark.parametrize("stack", REMOTE_STACKS)
def test_the_accounts_logs_may_be_encrypted_with_it(deployment: Synthesised, stack: str) -> None:
    *_, logs = statements(deployment, stack)
    region = region_of(deployment, stack)
    assert logs["Principal"] == {"Service": f"logs.{region}.amazonaws.com"}
    assert logs["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{ACCOUNT}:*"}
    }


def test_every_log_is_encrypted_with_it_and_kept_as_long_as_the_file_says(
    deployment: Synthesised,
) -> None:
    logs = [
        log
        for stack in REMOTE_STACKS
        for log in deployment.stacks[stack].resources(CloudwatchLogGroup).values()
    ]
    assert logs
    for log in logs:
        assert log["kms_key_id"] == KEY
        assert log["retention_in_days"] == deployment.environment.logs.days
