"""A throw-away copy serves the release that the deployment's users get."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from environments import Environment, load_environment
from operations.aws import client
from operations.delivery.bucket import ReleasesBucket
from proof.drill.live.ephemeral.release import current_release, deliver_release
from releases import CURRENT, Pointer, release_key
from terminal.errors import OperationError
from tests.command_line import ROOT
from tests.functions.standby_readiness.fakes import refusal
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import digest
from tests.synthesis import example

ARCHIVE = b"an archive"
NOW = datetime(2026, 11, 29, tzinfo=UTC)
DIGEST = hashlib.sha256(ARCHIVE).hexdigest()


@pytest.fixture(scope="module")
def environment() -> Environment:
    return load_environment(str(ROOT / "examples" / "application" / "environment.toml"))


class S3:
    """A region's releases bucket."""

    def __init__(self, *, lost: bool = False, digest: str | None = DIGEST) -> None:
        self.lost, self.digest = lost, digest

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        assert Key == CURRENT
        if self.lost:
            raise EndpointConnectionError(endpoint_url=Bucket)
        if self.digest is None:
            raise refusal("NoSuchKey")
        pointer = Pointer(release=self.digest, previous=None, by="ana", at=NOW, why="")
        body = io.BytesIO(pointer.serialise())
        return {"Body": body, "ETag": "1", "LastModified": NOW}

    def download_file(self, _bucket: str, key: str, file: str) -> None:
        assert key == release_key(DIGEST)
        Path(file).write_bytes(ARCHIVE)


def fetched(environment: Environment, primary: S3, standby: S3) -> bytes | None:
    there = {environment.primary.region: primary, environment.dr.region: standby}
    with current_release(environment, lambda _, region, **__: there[region]) as archive:
        return archive.read_bytes() if archive else None


def test_it_is_the_primarys(environment: Environment) -> None:
    assert fetched(environment, S3(), S3(digest="b" * 64)) == ARCHIVE


def test_while_the_primary_is_lost_it_is_the_standbys(environment: Environment) -> None:
    assert fetched(environment, S3(lost=True), S3()) == ARCHIVE


def test_before_the_first_release_there_is_nothing_to_drill(environment: Environment) -> None:
    with pytest.raises(OperationError, match=r"no release to serve:\n.* no release has been deliv"):
        fetched(environment, S3(digest=None), S3(lost=True))


def test_a_page_needs_none() -> None:
    assert fetched(example("mission"), S3(lost=True), S3(lost=True)) is None


@pytest.mark.slow
def test_both_regions_of_a_copy_serve_it(regions: Regions, archives: tuple[Path, Path]) -> None:
    """The copy's instances wait for a first release, as after a first apply."""
    copy = regions["primary"].environment
    primary = copy.state.primary.model_copy(update={"bucket": "original"})
    state = copy.state.model_copy(update={"primary": primary})
    deployed = copy.model_copy(update={"state": state})
    regions["primary"].client("s3").create_bucket(
        Bucket=deployed.releases_bucket("primary"),
        CreateBucketConfiguration={"LocationConstraint": regions["primary"].region},
    )
    bucket = ReleasesBucket.of(deployed, "primary")
    bucket.upload(archives[0], digest(archives[0]))
    pointer = Pointer(release=digest(archives[0]), previous=None, by="ana", at=NOW, why="")
    bucket.point(pointer, None)
    with current_release(deployed, client) as archive:
        assert archive is not None
        deliver_release(archive, copy, Console(file=io.StringIO()))
    for one in regions.values():
        assert one.current is not None
        assert one.current.release == digest(archives[0])
        assert one.healthy == 3
