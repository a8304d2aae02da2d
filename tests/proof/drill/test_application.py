"""Which applications the drill runs, and which it refuses."""

from pathlib import Path

import pytest

from proof.drill import release_server
from proof.drill.application import check_application
from releases import ReleaseError, read_release
from terminal.errors import OperationError
from tests.applications import running
from tests.synthesis import example


def test_a_page_needs_nothing() -> None:
    assert check_application(example("mission"), None) is None


def test_a_release_is_known_by_its_digest(archive: Path) -> None:
    digest = read_release(archive, "x86_64").digest
    assert check_application(example("releases"), archive) == digest


@pytest.mark.parametrize(
    ("kind", "settings", "archive", "message"),
    [
        ("release", {}, None, "give the archive to run with --release ARCHIVE"),
        ("page", {}, Path("app.tar.gz"), "the instances of awspractice serve a page"),
        ("image", {}, None, "cannot run an image"),
        ("image", {}, Path("app.tar.gz"), "cannot run an image"),
        ("page", {"health_check_path": "/up", "setup": "#!/bin/sh\n"}, None, "it has no /up"),
        ("page", {"live_path": "/live", "setup": "#!/bin/sh\n"}, None, "it has no /live"),
        ("release", {}, Path("no.tar.gz"), "no.tar.gz cannot be read: No such file"),
    ],
)
def test_what_cannot_run_is_told(
    kind: str, settings: dict[str, str], archive: Path | None, message: str
) -> None:
    with pytest.raises(OperationError, match=message) as told:
        check_application(running(kind, settings), archive)
    assert "\n" not in str(told.value)


def test_a_bad_archive_is_refused_before_anything_starts(tmp_path: Path) -> None:
    archive = tmp_path / "bad.tar.gz"
    archive.write_bytes(b"no archive")
    with pytest.raises(ReleaseError, match=r"is no \.tar\.gz"):
        check_application(example("releases"), archive)


def test_a_machine_without_the_tools_is_told(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_server, "PATH", "/nowhere")
    with pytest.raises(OperationError, match="bash, sha256sum, timeout"):
        check_application(example("releases"), archive)
