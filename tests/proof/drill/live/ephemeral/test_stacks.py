"""A copy's stacks protect nothing."""

from pathlib import Path
from typing import Any

from emitted import read
from proof.drill.live.ephemeral.copy import copy_of
from proof.drill.live.ephemeral.cost import usd_an_hour
from proof.drill.live.ephemeral.stacks import emit, make_disposable
from tests.synthesis import example


def test_what_protects_is_taken_out_and_nothing_else() -> None:
    lifecycle = {"prevent_destroy": True, "ignore_changes": ["name"]}
    stack: dict[str, Any] = {
        "resource": {
            "aws_s3_bucket": {"state": {"bucket": "some", "lifecycle": lifecycle}},
            "aws_vpc": {"vpc": {"cidr_block": "10.0.0.0/16"}},
        }
    }
    make_disposable(stack)
    assert stack["resource"] == {
        "aws_s3_bucket": {
            "state": {
                "bucket": "some",
                "lifecycle": {"ignore_changes": ["name"]},
                "force_destroy": True,
            }
        },
        "aws_vpc": {"vpc": {"cidr_block": "10.0.0.0/16"}},
    }


def test_every_stack_can_be_destroyed(tmp_path: Path) -> None:
    copy = copy_of(example("staging"), "thursday")
    emit(copy, tmp_path)
    stacks = read(tmp_path)
    assert tuple(stacks) == copy.stacks
    for stack in stacks.values():
        for kind, bodies in stack["resource"].items():
            for body in bodies.values():
                assert not body.get("lifecycle", {}).get("prevent_destroy")
                assert not body.get("enable_deletion_protection")
                assert kind != "aws_s3_bucket" or body["force_destroy"]


def test_an_hour_has_its_price() -> None:
    assert 0.05 < usd_an_hour(copy_of(example("mission"), "thursday")) < 5
