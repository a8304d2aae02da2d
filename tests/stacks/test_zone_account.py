"""A hosted zone in another account: what each stack does there, and by which role."""

from typing import Any

import pytest

from environments import Environment
from environments.loading import check
from tests.synthesis import EXAMPLES, Stack, example, synthesise

ROLE = "arn:aws:iam::222233334444:role/failover-dns"
STACKS = ("bootstrap", "primary", "dr", "global")


@pytest.fixture(scope="module")
def environment() -> Environment:
    content: dict[str, Any] = example("mission").model_dump(by_alias=True, exclude_none=True)
    content["allowed_account_ids"] = ["111122223333"]
    content["dns"] |= {"role_arn": ROLE, "query_logs": False}
    return check(content, EXAMPLES / "mission.toml")


@pytest.fixture(scope="module")
def stacks(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    return synthesise(environment, tmp_path_factory.mktemp("zone-account"))


@pytest.mark.parametrize("name", STACKS)
def test_each_stack_assumes_the_role_by_itself(name: str, stacks: dict[str, Stack]) -> None:
    """In a region of its own, so that it depends on no other."""
    (dns,) = [one for one in stacks[name].json["provider"]["aws"] if one.get("alias") == "dns"]
    assert dns["assume_role"] == [{"role_arn": ROLE, "session_name": f"awspractice-{name}"}]
    assert dns["allowed_account_ids"] == ["222233334444"]
    regions = {"primary": "ap-south-1", "dr": "us-east-1"}
    assert dns["region"] == regions.get(name, "us-west-2")


@pytest.mark.parametrize("name", STACKS)
def test_the_records_alone_are_in_the_zones_account(name: str, stacks: dict[str, Stack]) -> None:
    """Health checks, their alarms and certificates are the deployment's."""
    found = {
        (kind, body.get("provider") == "aws.dns")
        for section in ("resource", "data")
        for kind, bodies in stacks[name].json.get(section, {}).items()
        for body in bodies.values()
    }
    there = {kind for kind, in_zone in found if in_zone}
    assert there == {"aws_route53_record", "aws_route53_zone"}
    assert not {("aws_route53_record", False), ("aws_route53_zone", False)} & found
