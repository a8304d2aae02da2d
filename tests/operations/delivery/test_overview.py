"""`failover releases show`: what runs where, since when, and whether the regions differ."""

import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from operations.delivery import overview
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import QUICK, deploy, digest

pytestmark = pytest.mark.slow


def shown(regions: Regions, limit: int = 10) -> list[str]:
    out = io.StringIO()
    overview.show(regions["primary"].environment, limit, Console(file=out, width=240))
    return [line.strip() for line in out.getvalue().splitlines() if line.strip()]


def test_before_the_first_release(regions: Regions) -> None:
    lines = shown(regions)
    assert (
        sum("none yet: `failover deploy ARCHIVE` delivers the first" in one for one in lines) == 2
    )
    assert "skew: none, both regions have the same release" in lines


def test_both_regions_and_their_history(regions: Regions, archives: tuple[Path, Path]) -> None:
    deploy(regions, archives[0], replace(QUICK, why="the first"))
    deploy(regions, archives[1], replace(QUICK, why="the second"))
    lines = shown(regions)
    assert (
        sum(digest(archives[1]) in one and "3 of 3 on it and serving" in one for one in lines) == 2
    )
    assert "skew: none, both regions have the same release" in lines
    whys = [one.rsplit("  ", 1)[-1] for one in lines if "the " in one and "arn:" in one]
    assert [why.strip() for why in whys] == ["the second", "the second", "the first", "the first"]
    assert sum("arn:" in one for one in shown(regions, limit=1)) == 2


def test_a_skew_is_told(regions: Regions, archives: tuple[Path, Path]) -> None:
    deploy(regions, archives[0])
    deploy(regions, archives[1], replace(QUICK, only="primary"))
    assert any(one.startswith("skew: the regions have had different") for one in shown(regions))


def test_a_dead_region_hides_nothing_of_the_other(
    regions: Regions, archives: tuple[Path, Path]
) -> None:
    deploy(regions, archives[0])
    regions["primary"].aws.lose("ap-south-1")
    lines = shown(regions)
    assert any("standby, us-east-1" in one and digest(archives[0]) in one for one in lines)
    assert any("primary, ap-south-1" in one and "cannot be read" in one for one in lines)
    assert "skew: unknown, as not every region answers" in lines


def test_instances_that_are_not_on_it_are_counted(
    regions: Regions, archives: tuple[Path, Path]
) -> None:
    deploy(regions, archives[0])
    pointer = regions["dr"].current
    assert pointer is not None
    s3 = regions["dr"].client("s3")
    etag = s3.head_object(Bucket=regions["dr"].bucket, Key="current")["ETag"]
    changed = {"release": digest(archives[1]), "previous": pointer.release}
    other = pointer.model_copy(update=changed)
    time.sleep(1.1)
    s3.put_object(Bucket=regions["dr"].bucket, Key="current", Body=other.serialise(), IfMatch=etag)
    assert any("0 of 3 on it and serving, 3 on an earlier release" in one for one in shown(regions))


def test_a_page_has_none(mission: Synthesised) -> None:
    with pytest.raises(OperationError, match="has no releases"):
        overview.show(mission.environment, 1, Console())
