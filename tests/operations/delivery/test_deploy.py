"""`failover deploy` against the embedded AWS, in both regions."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from operations.delivery import commands
from operations.delivery.commands import Options
from operations.delivery.region import FailedError
from releases import ReleaseError, release_key
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import QUICK, deploy, digest

pytestmark = pytest.mark.slow


def test_a_first_release_goes_to_the_instances_that_wait_for_it(
    regions: Regions, archives: tuple[Path, Path]
) -> None:
    before = {role: one.instances for role, one in regions.items()}
    deploy(regions, archives[0])
    for role, one in regions.items():
        assert one.instances == before[role]
        assert one.healthy == 3
        assert one.refreshes == []


def test_a_release_goes_to_both_regions(regions: Regions, archives: tuple[Path, Path]) -> None:
    deploy(regions, archives[0])
    before = {role: one.instances for role, one in regions.items()}
    printed = deploy(regions, archives[1])
    for role, one in regions.items():
        assert one.current is not None
        assert (one.current.release, one.current.previous) == tuple(map(digest, reversed(archives)))
        assert one.current.why == "a test"
        assert one.current.by.startswith("arn:aws:sts:")
        assert len(one.instances) == 3
        assert not one.instances & before[role]
        assert one.refreshes == ["Successful"]
    assert f"primary, ap-south-1: {digest(archives[1])[:12]} serves" in printed
    assert f"standby, us-east-1: {digest(archives[1])[:12]} serves" in printed


def test_again_it_changes_nothing(regions: Regions, archives: tuple[Path, Path]) -> None:
    deploy(regions, archives[0])
    before = {role: one.instances for role, one in regions.items()}
    deploy(regions, archives[0])
    deploy(regions, digest(archives[0]))
    assert {role: one.instances for role, one in regions.items()} == before


def test_an_alarm_brings_both_back(regions: Regions, archives: tuple[Path, Path]) -> None:
    deploy(regions, archives[0])
    with pytest.raises(FailedError, match="releases-us-east-1-target-errors") as failed:
        deploy_while(regions, archives[1])
    assert str(failed.value).count(f"serves {digest(archives[0])[:12]} again") == 2
    for one in regions.values():
        assert one.current is not None
        assert one.current.release == digest(archives[0])
        assert one.current.previous == one.current.release, "none to go back to but itself"


def deploy_while(regions: Regions, archive: Path) -> None:
    """An alarm goes off in the standby as soon as its bake begins."""
    out = io.StringIO()

    class Ringing(Console):
        def print(self, *objects: object, **_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            if "bakes" in str(objects):
                regions["dr"].ring("target-errors")

    options = Options(bake=30, timeout=60, poll=0.05)
    environment = regions["primary"].environment
    commands.deploy(str(archive), environment, options, Ringing(file=out, width=200))


def test_a_lost_region_is_told_before_anything_changes(
    regions: Regions, archives: tuple[Path, Path]
) -> None:
    regions["primary"].aws.lose("ap-south-1")
    with pytest.raises(OperationError, match="nothing was changed") as told:
        deploy(regions, archives[0])
    assert "--only dr delivers to the other region alone" in str(told.value)
    assert regions["dr"].current is None

    deploy(regions, archives[0], Options(only="dr", bake=0, timeout=60, poll=0.05))
    assert regions["dr"].current is not None
    regions["primary"].aws.restore("ap-south-1")
    standby = regions["dr"].instances
    deploy(regions, digest(archives[0]))
    assert regions["primary"].current is not None
    assert regions["primary"].current.release == digest(archives[0])
    assert regions["dr"].instances == standby, "it was level already"


def test_a_digest_that_nobody_has_is_refused(regions: Regions) -> None:
    with pytest.raises(OperationError, match="give its archive"):
        deploy(regions, "0" * 64)
    assert [one.current for one in regions.values()] == [None, None]


def test_the_beginning_of_a_digest_is_enough_if_it_is_of_one_release(
    regions: Regions, archives: tuple[Path, Path]
) -> None:
    name = digest(archives[0])
    deploy(regions, archives[0])
    regions["primary"].aws.lose("ap-south-1")
    assert name in deploy(regions, name[:8], replace(QUICK, only="dr"))
    regions["primary"].aws.restore("ap-south-1")
    other = name[:20] + "0" * 44
    regions["dr"].client("s3").put_object(
        Bucket=regions["dr"].bucket, Key=release_key(other), Body=b"x", IfNoneMatch="*"
    )
    with pytest.raises(ReleaseError, match="may be any of these releases") as told:
        deploy(regions, name[:20])
    assert {name, other} <= set(str(told.value).split())
    assert name in deploy(regions, name[:40])
    with pytest.raises(ReleaseError, match="nor the beginning of a release's digest"):
        deploy(regions, "0" * 12)


def test_an_archive_that_was_damaged_in_a_bucket_is_not_copied(
    regions: Regions, archives: tuple[Path, Path]
) -> None:
    name = digest(archives[0])
    regions["dr"].client("s3").put_object(
        Bucket=regions["dr"].bucket, Key=release_key(name), Body=b"something else", IfNoneMatch="*"
    )
    with pytest.raises(OperationError, match="has another SHA-256: it is damaged"):
        deploy(regions, name)
    assert [one.current for one in regions.values()] == [None, None]


@pytest.mark.parametrize("what", ["no-such-file.tar.gz", "A" * 64])
def test_what_is_no_release_is_refused(regions: Regions, what: str) -> None:
    with pytest.raises(ReleaseError, match="is neither a file nor a release's digest"):
        deploy(regions, what)


def test_a_damaged_archive_is_refused_before_it_is_uploaded(
    regions: Regions, archives: tuple[Path, Path], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.tar.gz"
    content = bytearray(archives[0].read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    with pytest.raises(ReleaseError, match="damaged"):
        deploy(regions, damaged)
    for one in regions.values():
        assert one.client("s3").list_objects_v2(Bucket=one.bucket)["KeyCount"] == 0


def test_a_page_has_no_releases(mission: Synthesised) -> None:
    with pytest.raises(OperationError, match=r'application\.kind is "page"'):
        commands.deploy("x", mission.environment, QUICK, Console())
