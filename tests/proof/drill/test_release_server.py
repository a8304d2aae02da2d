"""An instance that runs a release, by the emitted steps."""

import json
import os
import stat
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from operations.delivery.bucket import ReleasesBucket
from proof.drill.bucket_copy import BucketCopy
from proof.drill.process_groups import NOBODY, ProcessGroups
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.release_server import ReleaseServer
from proof.drill.web_server import free_port
from releases import CURRENT, Pointer, ReleaseError, pack, release_key
from releases.archive import read_release
from releases.pointer import now
from terminal.errors import OperationError
from tests.file_modes import open_to_everybody

BUCKET = "awspractice-ledger-state-primary-releases"


class Bucket(ReleasesBucket):
    """A region's bucket, without S3."""

    def __init__(self, region: str) -> None:
        self.objects: dict[str, bytes] = {}
        super().__init__(BUCKET, region, lambda *_, **__: self)

    def deliver(self, archive: Path, digest: str = "") -> str:
        digest = digest or read_release(archive, "x86_64").digest
        self.objects[release_key(digest)] = archive.read_bytes()
        pointer = Pointer(release=digest, previous=None, by="a test", at=now(), why="")
        self.objects[CURRENT] = pointer.serialise()
        return digest

    def get_object(self, **asked: str) -> dict[str, Any]:
        content = self.objects[asked["Key"]]
        return {"Body": Body(content), "ETag": '"1"', "LastModified": now()}

    def download_file(self, _bucket: str, key: str, file: str) -> None:
        Path(file).write_bytes(self.objects[key])


class Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content


@pytest.fixture
def region(emitted: Callable[[str], Emitted]) -> EmittedRegion:
    return emitted("releases").regions["primary"]


@pytest.fixture
def bucket(region: EmittedRegion) -> Bucket:
    return Bucket(region.region)


New = Callable[[], ReleaseServer]


@pytest.fixture
def new(region: EmittedRegion, bucket: Bucket, tmp_path: Path) -> Iterator[New]:
    """Makes instances, which the end of the test ends."""
    open_to_everybody(tmp_path)
    groups, copies, made = ProcessGroups(), tmp_path / "copies", list[ReleaseServer]()
    copy = BucketCopy(bucket, copies, "x86_64")

    def make() -> ReleaseServer:
        folder = tmp_path / f"instance-{len(made)}"
        server = ReleaseServer(region, folder, free_port(), copy=copy, copies=copies, groups=groups)
        made.append(server)
        return server

    yield make
    for one in made:
        one.stop()
    groups.close()


def booted(server: ReleaseServer) -> ReleaseServer:
    server.fetch()
    server.start()
    server.wait_until_it_serves()
    return server


def health(server: ReleaseServer, seconds: float = 5) -> dict[str, str]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{server.port}/health", timeout=seconds) as answer:
        return json.load(answer)


def process_of(server: ReleaseServer) -> psutil.Process:
    (found,) = [
        one.pid
        for one in psutil.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN and one.laddr[1:] == (server.port,)
    ]
    assert found is not None
    return psutil.Process(found)


def test_it_runs_what_is_current_as_the_user_data_says(
    new: New, bucket: Bucket, archive: Path
) -> None:
    digest = bucket.deliver(archive)
    server = booted(new())
    assert server.release == digest
    assert health(server) == {
        "status": "ok",
        "deployment": "releases",
        "region": "ap-south-1",
        "role": "primary",
        "release": digest,
    }
    process = process_of(server)
    assert process.environ()["GREETING"] == "Hello"
    assert process.environ()["PORT"] == str(server.port)
    if os.geteuid() == 0:
        assert process.uids().real == process.gids().real == NOBODY


def test_what_starts_later_runs_what_is_current_then(
    new: New, bucket: Bucket, archive: Path, tmp_path: Path
) -> None:
    first = bucket.deliver(archive)
    one = booted(new())
    second = bucket.deliver(packed(tmp_path, "two", {"run": RUN_EXAMPLE}))
    other = new()
    other.fetch()
    assert (one.release, other.release) == (first, second)


def test_a_failing_one_hangs_until_it_serves_again(new: New, bucket: Bucket, archive: Path) -> None:
    bucket.deliver(archive)
    server = booted(new())
    server.fail(fails=True)
    with pytest.raises(OSError, match="timed out"):
        health(server, 0.3)
    server.fail(fails=False)
    assert health(server)["status"] == "ok"


@pytest.mark.parametrize("hangs", [False, True])
def test_a_stopped_one_leaves_nothing(new: New, bucket: Bucket, archive: Path, hangs: bool) -> None:
    bucket.deliver(archive)
    server = booted(new())
    process = process_of(server)
    server.fail(fails=hangs)
    server.stop()
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    server.stop()


RUN_EXAMPLE = "#!/bin/sh\nexit 0\n"


def packed(folder: Path, name: str, files: dict[str, str]) -> Path:
    source = folder / name
    source.mkdir()
    for file, text in files.items():
        (source / file).write_text(text)
        (source / file).chmod(0o755)
    pack(source, folder / f"{name}.tar.gz")
    return folder / f"{name}.tar.gz"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"run": "#!/bin/sh\necho no database\nexit 3\n"}, "does not serve /live.*no database"),
        ({"run": "#!/bin/nothing\n"}, "a release does not start|No such file"),
        (
            {"run": RUN_EXAMPLE, "install": "#!/bin/sh\necho no network\nexit 1\n"},
            "no network\nrelease [0-9a-f]{64}: its install failed",
        ),
    ],
)
def test_what_does_not_start_says_why(
    new: New, bucket: Bucket, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    bucket.deliver(packed(tmp_path, "bad", files))
    with pytest.raises(OperationError, match=f"(?s){said}"):
        booted(new())


def test_an_archive_with_another_digest_is_refused(new: New, bucket: Bucket, archive: Path) -> None:
    bucket.deliver(archive, "0" * 64)
    with pytest.raises(OperationError, match="the archive has another SHA-256"):
        new().fetch()


def test_a_hostile_archive_is_refused(new: New, bucket: Bucket, tmp_path: Path) -> None:
    outside = tarfile.TarInfo("../outside")
    hostile = tmp_path / "hostile.tar.gz"
    with tarfile.open(hostile, "w:gz") as tar:
        tar.addfile(outside)
    bucket.deliver(hostile, "1" * 64)
    with pytest.raises(ReleaseError, match="leads out of the archive"):
        new().fetch()


def test_what_names_no_release_is_told(new: New, bucket: Bucket) -> None:
    bucket.objects[CURRENT] = b"{}"
    with pytest.raises(OperationError, match="`current` names no release"):
        new().fetch()


def test_nothing_outlives_a_drill_that_is_killed(tmp_path: Path) -> None:
    """Not even what hangs."""
    program = (
        "import signal, sys, time; from pathlib import Path\n"
        "from proof.drill.process_groups import ProcessGroups\n"
        "groups = ProcessGroups()\n"
        f"log = Path({str(tmp_path / 'log')!r})\n"
        "one = groups.start(['sleep', '60'], Path('/'), {'PATH': '/bin:/usr/bin'}, log)\n"
        "groups.signal(one, signal.SIGSTOP)\n"
        "print(one.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    drill = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert drill.stdout is not None
    with drill:
        pid = int(drill.stdout.readline())
        drill.kill()
    end = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_its_folders_are_private_to_the_instance(
    new: New, bucket: Bucket, archive: Path, tmp_path: Path
) -> None:
    bucket.deliver(archive)
    server = new()
    server.fetch()
    folder = tmp_path / "instance-0"
    text = (folder / "fetch-release").read_text()
    assert "/opt/application" not in text
    assert "/etc/failover" not in text
    assert stat.S_IMODE((folder / "application" / "release" / "run").stat().st_mode) & 0o005 == 5
