"""How an instance starts its release, and what it says of it, by the real bash."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environments import Application
from modules.user_data import Workload, user_data
from modules.user_data.release import INSTALL_TIMEOUT, START_TIMEOUT
from tests.modules.release_machine import ReleaseMachine, archive
from tests.modules.user_data.releases import GOOD, RUN, VARIABLES, failed, script


@pytest.mark.parametrize(
    ("install", "said"),
    [
        ((0o755, "#!/bin/sh\necho no compiler >&2\nexit 4\n"), "no compiler"),
        ((0o644, "#!/bin/sh\n"), "Permission denied"),
        ((0o755, "#!/no/such/interpreter\n"), "install: "),
    ],
    ids=["fails", "not-executable", "no-interpreter"],
)
def test_a_failing_install_is_said(
    machine: ReleaseMachine, install: tuple[int, str], said: str
) -> None:
    digest = machine.deliver(archive(run=RUN, install=install))
    lines = failed(machine, machine.boot(script()))
    assert said in "\n".join(lines)
    assert lines[-1] == f"release {digest}: its install failed"


def test_an_install_that_takes_too_long_is_ended(machine: ReleaseMachine) -> None:
    digest = machine.deliver(archive(run=RUN, install=(0o755, "#!/bin/sh\nexec /bin/sleep 60\n")))
    limit = f"timeout --kill-after=10 {INSTALL_TIMEOUT} bash"
    assert script().count(limit) == 1
    finished = machine.boot(script().replace(limit, "timeout 1 bash"))
    assert failed(machine, finished) == [f"release {digest}: its install failed"]


def test_it_is_asked_until_it_answers_200_where_the_load_balancer_asks(
    machine: ReleaseMachine,
) -> None:
    machine.deliver(GOOD)
    machine.answer("000", "000", "503", "404", "301", "200")
    finished = machine.boot(script(port=8080, health_check_path="/health"))
    assert finished.returncode == 0
    asked = [line for line in machine.log if line.startswith("curl")]
    assert asked == ["curl http://localhost:8080/health"] * 6


def test_it_is_not_asked_for_a_database_that_only_reads(machine: ReleaseMachine) -> None:
    machine.deliver(GOOD)
    machine.answer("200")
    paths = {"health_check_path": "/health", "live_path": "/live"}
    assert machine.boot(script(port=8080, **paths)).returncode == 0
    asked = [line for line in machine.log if line.startswith("curl")]
    assert asked == ["curl http://localhost:8080/live"]


@pytest.mark.parametrize("status", ["000", "301", "500"])
def test_a_release_that_never_answers_is_shown_with_its_last_words(
    machine: ReleaseMachine, status: str
) -> None:
    machine.deliver(GOOD)
    machine.answer(status)
    waiting = script().replace(f"> {Application().boot} ))", "> 1 ))")
    finished = machine.boot(waiting)
    assert finished.returncode == 1
    assert finished.stderr.decode().splitlines()[-2:] == [
        "the last words of the application",
        "the release does not answer 200 on http://localhost:80/",
    ]
    assert machine.log[-1] == "journalctl --unit application --lines 50 --no-pager"


@pytest.mark.parametrize(("boot", "seconds"), [(30, START_TIMEOUT), (900, 900)])
def test_it_has_as_long_as_it_typically_takes(boot: int, seconds: int) -> None:
    (limit,) = re.findall(r"SECONDS - started > (\d+)", script(boot=boot, grace=900))
    assert int(limit) == seconds


def test_packages_and_setup_come_before_the_release(machine: ReleaseMachine) -> None:
    machine.deliver(GOOD)
    setup = f"#!/bin/sh\necho setup >> {machine.root}/log\n"
    assert machine.boot(script(packages=["jq"], setup=setup)).returncode == 0
    assert machine.log[:2] == ["dnf --assumeyes install awscli-2 tar jq", "setup"]


def test_the_setup_may_keep_the_release_from_starting(machine: ReleaseMachine) -> None:
    machine.deliver(GOOD)
    finished = machine.boot(script(setup="#!/bin/false\n"))
    assert failed(machine, finished) == ["the setup script failed"]
    assert not any(line.startswith("aws") for line in machine.log)


def test_the_fetcher_fetches_a_later_release_too(machine: ReleaseMachine) -> None:
    """Nothing is left of the earlier one."""
    machine.deliver(archive(run=RUN, old=(0o644, "x")))
    assert machine.boot(script()).returncode == 0
    digest = machine.deliver(archive(run=(0o755, "#!/bin/sh\n# new\n")))
    assert machine.boot(script()).returncode == 0
    assert not (machine.release / "old").exists()
    assert (machine.release / "run").read_text().endswith("# new\n")
    assert digest in (machine.root / "failover" / "release").read_text()


HOSTILE = st.sampled_from(
    ["'", '"', "`touch pwned`", "$(touch pwned)", "\\", "; touch pwned;", "&", "|", ">", "é", " "]
)
LINES = st.lists(HOSTILE, max_size=8).map("".join)


@pytest.mark.slow
@settings(max_examples=20)
@given(value=LINES, text=st.lists(HOSTILE | st.just("\n"), max_size=12).map("".join))
def test_nothing_in_the_users_texts_is_executed(
    tmp_path_factory: pytest.TempPathFactory, value: str, text: str
) -> None:
    machine = ReleaseMachine(tmp_path_factory.mktemp("machine"))
    machine.deliver(GOOD, why=value)
    application = Application(kind="release", setup=f"#!/bin/true\n{text}")
    workload = Workload(application, variables={**VARIABLES, "TEXT": value})
    assert machine.boot(user_data(workload)).returncode == 0
    assert not list(machine.root.rglob("pwned"))
    assert len(machine.log) == 8
