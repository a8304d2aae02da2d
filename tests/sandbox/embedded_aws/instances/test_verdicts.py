"""Releases that are really started, and what becomes of them."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sandbox.embedded_aws.instances import running as running_module
from sandbox.embedded_aws.instances.environment_file import read_environment, release_environment
from sandbox.embedded_aws.instances.health_checks import HealthCheck
from sandbox.embedded_aws.instances.running import running
from sandbox.embedded_aws.instances.verdicts import Trial, Verdict
from tests.sandbox.embedded_aws.instances.applications import EXITS, HANGS, archive, server
from tests.sandbox.embedded_aws.processes import ended, eventually

LIMIT = 5
# Of what must fail, so that the tests do not wait.
SHORT = 0.8


def judged(
    content: bytes,
    seconds: float = LIMIT,
    *,
    digest: str = "",
    matcher: str = "200",
    timeout: float = 5,
    **environment: str,
) -> Verdict:
    digest = digest or hashlib.sha256(content).hexdigest()
    check = HealthCheck("/health", matcher, timeout)
    return Trial(digest, "x86_64", tuple(environment.items()), check).judge(content, seconds)


def reason(verdict: Verdict) -> str | None:
    return verdict.failure and verdict.failure.reason


def test_a_web_server_passes() -> None:
    verdict = judged(archive(server()), PORT="80")
    assert verdict.failure is None
    assert verdict.told.startswith("GET /health passes\nlistening")


@pytest.mark.parametrize(
    ("status", "matcher", "passes"),
    [
        (204, "200-299", True),
        (301, "200,301", True),
        (404, "200,301-399", False),
        (301, "200", False),
    ],
)
def test_the_matcher_decides(status: int, matcher: str, passes: bool) -> None:
    verdict = judged(archive(server(status=status)), LIMIT if passes else 1.5, matcher=matcher)
    assert (verdict.failure is None) == passes
    if verdict.failure is not None:
        assert verdict.failure.reason == "Target.ResponseCodeMismatch"
        assert verdict.failure.description == f"Health checks failed with these codes: [{status}]"


def test_one_that_ends_is_judged_at_once_by_what_it_printed() -> None:
    begun = time.monotonic()
    verdict = judged(archive(EXITS), 60)
    assert reason(verdict) == "Target.FailedHealthChecks"
    assert verdict.told.splitlines()[-2:] == ["no database", "run ended: exit status 3"]
    assert time.monotonic() - begun < 30


def test_one_that_never_listens() -> None:
    verdict = judged(archive(HANGS), SHORT)
    assert reason(verdict) == "Target.FailedHealthChecks"
    assert verdict.told == "nothing listens on PORT after 0.8 s"


def test_one_that_listens_and_does_not_answer() -> None:
    silent = server().replace("self.send_response", "time.sleep(60); self.send_response")
    assert reason(judged(archive(silent), 2.5, timeout=1)) == "Target.Timeout"


def test_install_comes_first() -> None:
    install = '#!/bin/sh\nprintf "$COLOUR" > colour\n'
    run = '#!/bin/sh\ntest "$(cat colour)" = blue && exec ./serve\necho "not blue"\nexit 1\n'
    assert judged(archive(run, install=install, serve=server()), COLOUR="blue").failure is None
    assert "not blue" in judged(archive(run, install=install, serve=server()), COLOUR="red").told
    verdict = judged(archive(server(), install="#!/bin/sh\necho 'no compiler'\nexit 1\n"))
    assert verdict.told.splitlines()[-2:] == ["no compiler", "install ended: exit status 1"]


def test_a_missing_interpreter_is_told() -> None:
    verdict = judged(archive("#!/usr/bin/no-such-shell\n"))
    assert "run does not start: No such file or directory" in verdict.told


@pytest.mark.parametrize(
    ("content", "digest", "said"),
    [
        (archive(server()), "0" * 64, "sha256 does not match: the archive's is "),
        (b"no archive", "", "is no .tar.gz, or is damaged"),
        (archive("print('x')"), "", "'run' is neither a Linux program (ELF) nor a script"),
    ],
)
def test_what_is_no_release_is_not_started(content: bytes, digest: str, said: str) -> None:
    verdict = judged(content, digest=digest)
    assert reason(verdict) == "Target.FailedHealthChecks"
    assert said in verdict.told
    assert "/tmp" not in verdict.told  # no path of this machine


def test_it_gets_its_environment_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    prints = (
        "#!/usr/bin/env python3\nimport json, os\n"
        "print(json.dumps([dict(os.environ), os.getuid(), os.getcwd()]))\n"
    )
    file = tmp_path / "release.tar.gz"
    file.write_bytes(archive(prints))
    with running(file, {"COLOUR": "blue"}) as release:
        assert eventually(lambda: not release.runs)
        environment, user, folder = json.loads(release.printed().splitlines()[0])
    environment.pop("LC_CTYPE", None)  # Python's own
    assert environment == {"COLOUR": "blue", "PATH": running_module.PATH}
    assert user == (65534 if os.geteuid() == 0 else os.geteuid())
    assert not Path(folder).parent.exists()


def test_nothing_of_it_outlives_the_block(tmp_path: Path) -> None:
    forks = "#!/bin/sh\nsleep 60 &\necho $! $$\nwait\n"
    file = tmp_path / "release.tar.gz"
    file.write_bytes(archive(forks))
    with running(file, {}) as release:
        assert eventually(lambda: bool(release.printed()))
        pids = [int(one) for one in release.printed().split()]
        assert all(psutil.pid_exists(pid) for pid in pids)
    assert eventually(lambda: all(ended(pid) for pid in pids))


def test_nothing_of_it_outlives_who_started_it(tmp_path: Path) -> None:
    file = tmp_path / "release.tar.gz"
    file.write_bytes(archive("#!/bin/sh\necho $$ $PWD\nsleep 60\n"))
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from sandbox.embedded_aws.instances.running import running\n"
        "with running(Path(sys.argv[1]), {}) as release:\n"
        "    while not release.printed(): time.sleep(0.02)\n"
        "    print(release.printed(), flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        pid, folder = starter.stdout.readline().split()
        os.kill(starter.pid, signal.SIGKILL)
    assert eventually(lambda: ended(int(pid)))
    assert eventually(lambda: not Path(folder).parent.exists())


def test_an_environment_file_is_read_as_a_shell_does() -> None:
    assert read_environment('A="1"\n# B="2"\nC="\\"\\\\\\$\\`\\n"\nno line\n') == {
        "A": "1",
        "C": '"\\$`\\n',
    }


@pytest.mark.parametrize(
    ("user_data", "expected"),
    [
        ("#!/bin/sh\necho page\n", None),
        ("printf %s 'A=\"1\"' > /etc/failover/environment # FAILOVER_RELEASES_BUCKET", None),
        ("echo FAILOVER_RELEASES_BUCKET it's", None),
        (
            "printf %s 'FAILOVER_RELEASES_BUCKET=\"b\"' > /etc/failover/environment",
            {"FAILOVER_RELEASES_BUCKET": "b"},
        ),
    ],
)
def test_user_data_tells_whether_it_runs_a_release(
    user_data: str, expected: dict[str, str] | None
) -> None:
    assert release_environment(user_data) == expected
