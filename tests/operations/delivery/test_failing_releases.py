"""Releases that do not serve, deployers that are killed, and two at once."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from operations.delivery.region import FailedError
from releases import pack
from tests.conftest import ROOT
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import QUICK, deploy, digest

pytestmark = pytest.mark.slow

ENVIRONMENT = ROOT / "tests" / "examples" / "releases.toml"
BAD = {
    "ends at once": "echo no database >&2; exit 3",
    "never listens": "exec sleep 60",
    "answers 500": "exec python3 -u -c '{server}'",
}
SERVER = """\
import http.server, os
class Failing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(500)
http.server.HTTPServer(("", int(os.environ["PORT"])), Failing).serve_forever()
"""


def bad_release(folder: Path, how: str) -> Path:
    source = folder / "bad"
    source.mkdir()
    run = source / "run"
    run.write_text("#!/bin/sh\n" + BAD[how].replace("{server}", SERVER))
    run.chmod(0o755)
    pack(source, folder / "bad.tar.gz")
    return folder / "bad.tar.gz"


@pytest.mark.parametrize("how", BAD)
def test_a_bad_release_is_brought_back_in_both_regions(
    regions: Regions, archives: tuple[Path, Path], tmp_path: Path, how: str
) -> None:
    good = digest(archives[0])
    deploy(regions, archives[0])
    with pytest.raises(FailedError) as failed:
        deploy(regions, bad_release(tmp_path, how), replace(QUICK, timeout=15))
    assert "no further instance serves after 15 s" in str(failed.value)
    assert str(failed.value).count(f"serves {good[:12]} again") == 2
    for one in regions.values():
        assert one.current is not None
        assert one.current.release == good
        assert one.current.why.startswith("rollback: ")
        assert len(one.instances) == 3
        assert one.healthy == 3


def started(release: Path, *further: str) -> subprocess.Popen[str]:
    """`failover deploy`, in a process of its own."""
    command = [sys.executable, "-m", "cli", "deploy", str(release), "-e", str(ENVIRONMENT)]
    return subprocess.Popen(
        [*command, "--timeout", "60", "--every", "0.1", *further],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    assert any(re.search(line, printed) for printed in process.stdout), line


@pytest.mark.parametrize("line", ["^release ", "delivers: ", "replace", "bakes: "])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_the_same_command_goes_on_where_one_was_ended(
    regions: Regions, archives: tuple[Path, Path], line: str, number: signal.Signals
) -> None:
    deploy(regions, archives[0])
    with started(archives[1], "--bake", "60") as process:
        read_until(process, line)
        process.send_signal(number)
        printed = process.communicate(timeout=30)[0]
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    if number == signal.SIGINT:
        going_back = f"or `failover deploy {digest(archives[0])}` to go back"
        go_on = f"Run the same command again to go on, {going_back}"
        assert go_on in printed or "Nothing was changed." in printed
    deploy(regions, archives[1])
    for one in regions.values():
        assert one.current is not None
        assert (one.current.release, one.current.previous) == tuple(map(digest, reversed(archives)))
        assert one.healthy == 3


def test_of_two_deployers_at_once_one_wins_both_regions(
    regions: Regions, archives: tuple[Path, Path], tmp_path: Path
) -> None:
    deploy(regions, archives[0])
    source = tmp_path / "third"
    source.mkdir()
    for file in (ROOT / "examples" / "application").iterdir():
        if file.is_file():
            (source / file.name).write_bytes(file.read_bytes())
            (source / file.name).chmod(file.stat().st_mode)
    (source / "VERSION").write_text("three")
    pack(source, tmp_path / "third.tar.gz")
    both = (archives[1], tmp_path / "third.tar.gz")
    processes = [started(archive, "--bake", "0") for archive in both]
    printed = [process.communicate(timeout=180)[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert sorted(codes) == [0, 1], printed
    winner, loser = codes.index(0), codes.index(1)
    assert "another" in printed[loser]
    for one in regions.values():
        assert one.current is not None
        assert one.current.release == digest(both[winner])
        assert one.healthy == 3


def test_a_user_sees_no_traceback(regions: Regions, tmp_path: Path) -> None:
    assert os.environ["AWS_ENDPOINT_URL"] == regions["primary"].aws.url
    file = tmp_path / "no.tar.gz"
    file.write_bytes(b"no archive")
    process = started(file)
    printed = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert "no.tar.gz is no .tar.gz, or is damaged" in printed
    assert "Traceback" not in printed
