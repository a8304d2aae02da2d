"""A clone of the embedded AWS: the same at first, a process and a world of its own from then on."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sandbox.embedded_aws import EmbeddedAws, EmbeddedAwsError, cloned, find, started, stop
from sandbox.embedded_aws.process import LIFELINE, LOG, RECORD, ROOT
from tests.sandbox.embedded_aws.processes import ended, eventually, recorded_pid
from tests.sandbox.embedded_aws.route53.deployment import Zone

pytestmark = pytest.mark.slow

STARTER = """\
import sys, time
from pathlib import Path
from sandbox.embedded_aws import cloned, find
with cloned(find(Path(sys.argv[1])), Path(sys.argv[2])) as one:
    if "stay" in sys.argv[3]:
        one.stay()
    print("up", flush=True)
    time.sleep(60 if "wait" in sys.argv[3] else 0)
"""


@pytest.fixture(scope="module")
def original_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("original")


@pytest.fixture(scope="module", autouse=True)
def _running(original_folder: Path) -> Iterator[None]:
    with started(original_folder):
        yield


@pytest.fixture
def original(original_folder: Path) -> EmbeddedAws:
    aws = find(original_folder)
    assert aws is not None
    return aws


def cloner(original: Path, folder: Path, how: str) -> subprocess.Popen[str]:
    """Another process that clones one."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(original), str(folder), how],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def topics(aws: EmbeddedAws) -> set[str]:
    found = aws.client("sns", "eu-west-1").list_topics()["Topics"]
    return {topic["TopicArn"].rpartition(":")[2] for topic in found}


def create(aws: EmbeddedAws, topic: str) -> None:
    aws.client("sns", "eu-west-1").create_topic(Name=topic)


def test_it_has_what_the_original_has_and_then_neither_sees_the_other(
    original: EmbeddedAws, tmp_path: Path
) -> None:
    create(original, "before")
    original.lose("us-west-2")
    with cloned(original, tmp_path) as one:
        assert one.aws.url != original.url
        assert find(tmp_path) == one.aws
        assert one.aws.lost == ["us-west-2"]
        original.restore("us-west-2")
        create(original, "in-the-original")
        create(one.aws, "in-the-clone")
        assert topics(one.aws) == {"before", "in-the-clone"}
        assert one.aws.lost == ["us-west-2"]
    assert topics(original) == {"before", "in-the-original"}
    assert find(tmp_path) is None
    with pytest.raises(EmbeddedAwsError, match="does not answer"):
        _ = one.aws.lost


def test_it_has_a_name_server_of_its_own(original: EmbeddedAws, tmp_path: Path) -> None:
    zone = Zone(original)
    zone.record("", "A", "192.0.2.1")
    with cloned(original, tmp_path) as one:
        assert one.aws.name_server != original.name_server
        zone.record("", "A", "192.0.2.2")
        assert zone.seen_by(one.aws).values("") == {"192.0.2.1"}
        assert zone.values("") == {"192.0.2.2"}
    assert zone.values("") == {"192.0.2.2"}
    assert (tmp_path / LOG).read_text().count("Traceback") == 0


def test_credentials_of_a_role_are_known_to_it(original: EmbeddedAws, tmp_path: Path) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam = original.client("iam", "us-east-1")
    iam.create_role(RoleName="nobody", AssumeRolePolicyDocument=document)
    nobody = original.assume("nobody")
    with cloned(nobody, tmp_path) as one:
        assert one.aws.credentials == nobody.credentials
        topic = one.aws.client("sns", "eu-west-1")
        with pytest.raises(topic.exceptions.ClientError, match="not authorized"):
            topic.list_topics()


def test_new_things_have_ids_of_their_own(original: EmbeddedAws, tmp_path: Path) -> None:
    def vpc(aws: EmbeddedAws) -> str:
        made = aws.client("ec2", "eu-west-1").create_vpc(CidrBlock="10.9.0.0/16")
        return made["Vpc"]["VpcId"]

    with cloned(original, tmp_path / "one") as one, cloned(original, tmp_path / "other") as other:
        assert len({vpc(one.aws), vpc(other.aws), vpc(original)}) == 3


def test_it_can_be_cloned_and_outlives_its_original(original: EmbeddedAws, tmp_path: Path) -> None:
    with cloned(original, tmp_path / "one") as one:
        create(one.aws, "first")
        with cloned(one.aws, tmp_path / "another") as another:
            assert stop(tmp_path / "one") is True
            assert "first" in topics(another.aws)


def test_it_is_whole_while_others_ask(original: EmbeddedAws, tmp_path: Path) -> None:
    """No request is cloned halfway, and no clone keeps anybody's connection open."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            topics(original)

    busy = [threading.Thread(target=ask) for _ in range(4)]
    for thread in busy:
        thread.start()
    try:
        for number in range(5):
            with cloned(original, tmp_path / str(number)) as one:
                create(one.aws, "any")
                assert "any" in topics(one.aws)
    finally:
        over.set()
        for thread in busy:
            thread.join(20)
    assert not any(thread.is_alive() for thread in busy)


def test_it_has_no_socket_of_its_originals(original_folder: Path, tmp_path: Path) -> None:
    aws = find(original_folder)
    assert aws is not None
    server = psutil.Process(recorded_pid(original_folder))
    listening = {one.laddr for one in server.net_connections() if one.status == "LISTEN"}
    with cloned(aws, tmp_path):
        clone = psutil.Process(recorded_pid(tmp_path))
        own = {one.laddr for one in clone.net_connections() if one.status == "LISTEN"}
    assert len(own) == len(listening) == 2, "AWS and DNS, by TCP"
    assert not own & listening


def test_it_writes_a_log_of_its_own(
    original: EmbeddedAws, original_folder: Path, tmp_path: Path
) -> None:
    with cloned(original, tmp_path) as one:
        one.aws.lose("eu-south-1")
    assert "eu-south-1" in (tmp_path / LOG).read_text()
    assert "eu-south-1" not in (original_folder / LOG).read_text()
    assert {path.name for path in tmp_path.iterdir()} == {LOG}


def test_it_ends_with_a_block_that_fails(original: EmbeddedAws, tmp_path: Path) -> None:
    pid = 0
    with pytest.raises(ZeroDivisionError), cloned(original, tmp_path):  # noqa: PT012
        pid = recorded_pid(tmp_path)
        _ = 1 / 0
    assert pid
    assert ended(pid)
    assert eventually(lambda: not psutil.pid_exists(pid)), "its original reaps it"
    assert original.lost == []


def test_it_ends_when_who_asked_for_it_is_killed(original_folder: Path, tmp_path: Path) -> None:
    with cloner(original_folder, tmp_path, "wait") as process:
        pid = recorded_pid(tmp_path)
        assert not ended(pid)
        os.kill(process.pid, signal.SIGKILL)
    assert eventually(lambda: ended(pid))


def test_one_that_stays_is_found_and_stopped_by_others(
    original_folder: Path, tmp_path: Path
) -> None:
    with cloner(original_folder, tmp_path, "stay") as process:
        process.wait(20)
    aws = find(tmp_path)
    assert aws is not None
    pid = recorded_pid(tmp_path)
    assert aws.lost == []
    assert not (tmp_path / LIFELINE).exists()
    assert stop(tmp_path) is True
    assert ended(pid)


def test_one_that_ended_cannot_stay(original: EmbeddedAws, tmp_path: Path) -> None:
    with cloned(original, tmp_path) as one:
        pid = recorded_pid(tmp_path)
        assert stop(tmp_path) is True
        # Its last thread is gone once its original has reaped it.
        assert eventually(lambda: not psutil.pid_exists(pid))
        with pytest.raises(EmbeddedAwsError, match="has ended"):
            one.stay()


def test_where_it_cannot_be_recorded_the_operator_is_told(
    original: EmbeddedAws, tmp_path: Path
) -> None:
    with pytest.raises(EmbeddedAwsError, match="no clone can be recorded in /no-such-folder"):
        original.clone(Path("/no-such-folder", RECORD))
    (tmp_path / LOG).mkdir()
    with pytest.raises(EmbeddedAwsError, match="no clone can be"), cloned(original, tmp_path):
        pytest.fail("it was cloned")
    assert original.lost == []


def test_a_folders_name_may_be_any(original: EmbeddedAws, tmp_path: Path) -> None:
    with cloned(original, tmp_path / "mit Ümläut & 50% #1?") as one:
        assert one.aws.lost == []
