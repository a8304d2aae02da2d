"""The embedded AWS's process ends with the process that started it, unless told to stay."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sandbox.embedded_aws import EmbeddedAwsError, find, started, stop
from sandbox.embedded_aws.process import ACCOUNT, RECORD, ROOT, STOP_TIMEOUT
from terminal.errors import OperationError
from tests.sandbox.embedded_aws.processes import ended, eventually, recorded_pid

pytestmark = pytest.mark.slow

STARTER = """\
import sys, time
from pathlib import Path
from sandbox.embedded_aws import started
with started(Path(sys.argv[1])) as one:
    if "stay" in sys.argv[2]:
        one.stay()
    print("up", flush=True)
    time.sleep(60 if "wait" in sys.argv[2] else 0)
"""


def starter(folder: Path, how: str) -> subprocess.Popen[str]:
    """Another process, which starts an embedded AWS."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder), how],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_it_ends_with_the_block_also_where_that_fails(tmp_path: Path) -> None:
    pid = 0
    with pytest.raises(ZeroDivisionError), started(tmp_path) as one:  # noqa: PT012
        pid = recorded_pid(tmp_path)
        assert find(tmp_path) == one.aws
        assert one.aws.lost == []
        _ = 1 / 0
    assert pid
    assert ended(pid)
    assert find(tmp_path) is None
    with pytest.raises(EmbeddedAwsError, match="does not answer"):
        _ = one.aws.lost


def test_it_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    with starter(tmp_path, "wait") as process:
        pid = recorded_pid(tmp_path)
        assert psutil.pid_exists(pid)
        os.kill(process.pid, signal.SIGKILL)
    assert eventually(lambda: ended(pid))


def test_one_that_stays_is_found_and_stopped_by_others(tmp_path: Path) -> None:
    with starter(tmp_path, "stay") as process:
        process.wait(20)
    aws = find(tmp_path)
    assert aws is not None
    try:
        aws.lose("eu-west-1")
        assert aws.lost == ["eu-west-1"]
    finally:
        pid = recorded_pid(tmp_path)
        record = json.loads((tmp_path / RECORD).read_text())
        del record["name_server"]  # as an earlier version's
        (tmp_path / RECORD).write_text(json.dumps(record))
        assert stop(tmp_path) is True
    assert ended(pid)
    assert stop(tmp_path) is False


def test_one_that_nobody_reaps_has_ended(tmp_path: Path) -> None:
    """As in a container whose init process reaps nothing."""
    with starter(tmp_path, "stay and wait") as parent:
        server = psutil.Process(recorded_pid(tmp_path))
        began = time.monotonic()
        assert stop(tmp_path) is True
        assert time.monotonic() - began < STOP_TIMEOUT
        assert server.status() == psutil.STATUS_ZOMBIE  # not reaped, so still listed
        assert find(tmp_path) is None
        assert stop(tmp_path) is False
        parent.kill()


def test_it_reads_nothing_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = nowhere\nthis is no configuration\n")
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "nowhere-1")
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "no-bool")
    with started(tmp_path / "aws") as one:
        assert one.aws.client("sts", "us-east-1").get_caller_identity()["Account"] == ACCOUNT


def test_another_process_with_the_number_is_not_taken_for_it(tmp_path: Path) -> None:
    record = {"url": "http://127.0.0.1:1", "pid": os.getpid()}
    (tmp_path / RECORD).write_text(json.dumps(record))
    assert find(tmp_path) is None
    assert stop(tmp_path) is False


def test_what_moto_lacks_fails_at_once_and_says_so(tmp_path: Path) -> None:
    with started(tmp_path) as one:
        autoscaling = one.aws.client("autoscaling", "us-east-1")
        said = "the embedded AWS lacks autoscaling.DescribeTrafficSources"
        with pytest.raises(autoscaling.exceptions.ClientError, match=said):
            autoscaling.describe_traffic_sources(AutoScalingGroupName="any")


def test_it_plays_the_account_that_it_is_asked_to(tmp_path: Path) -> None:
    """For environments that allow only certain accounts."""
    with started(tmp_path, "111122223333") as one:
        for region in ("us-east-1", "ap-south-1"):
            identity = one.aws.client("sts", region).get_caller_identity()
            assert identity["Account"] == "111122223333"
            topic = one.aws.client("sns", region).create_topic(Name="any")["TopicArn"]
            assert topic == f"arn:aws:sns:{region}:111122223333:any"


def test_a_start_that_fails_shows_the_end_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.embedded_aws.process.SERVER", "operations.no_such_module")
    with pytest.raises(OperationError, match="does not start") as raised, started(tmp_path):
        pass
    assert "no_such_module" in str(raised.value)
