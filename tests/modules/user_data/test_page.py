"""A page: what its user data installs, writes and starts, by the real bash."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from environments import Application
from environments.limits import PAGE
from modules.regional.load_balancer import IDLE_TIMEOUT
from modules.user_data import (
    APACHE_CONFIGURATION,
    ATTEMPT_TIMEOUT,
    LAST_ATTEMPT,
    Workload,
    user_data,
)
from tests.modules.machine import MAX_USER_DATA, Machine


def of_page(page: str, **application: Any) -> str:
    return user_data(Workload(application=Application(**application), page=page))


def test_a_boot_installs_apache_writes_the_page_and_starts(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.boot(of_page("<h1>Hello</h1>")).returncode == 0
    assert machine.page.read_text() == "<h1>Hello</h1>\n"
    assert (tmp_path / "failover.conf").read_text() == APACHE_CONFIGURATION
    assert machine.log == [
        "dnf --assumeyes install httpd",
        "systemctl enable httpd",
        "systemctl restart httpd",
    ]


def test_failing_first_attempts_are_repeated(tmp_path: Path) -> None:
    machine = Machine(tmp_path, failures=7)
    assert machine.boot(of_page("x")).returncode == 0
    assert machine.log.count("sleep 10") == 7
    assert machine.page.read_text() == "x\n"


def test_a_hanging_attempt_is_ended_and_what_it_left_is_no_apache(tmp_path: Path) -> None:
    machine = Machine(tmp_path, failures=1)
    (tmp_path / "hang").touch()
    script = of_page("x")
    assert f"timeout --kill-after=10 {ATTEMPT_TIMEOUT} dnf" in script
    finished = machine.boot(script.replace(f"--kill-after=10 {ATTEMPT_TIMEOUT}", "1"))
    assert finished.returncode == 0
    assert machine.log[:3] == [
        "dnf --assumeyes install httpd",
        "sleep 10",
        "dnf --assumeyes install httpd",
    ]


def test_when_time_is_up_the_boot_fails_and_nothing_starts(tmp_path: Path) -> None:
    machine = Machine(tmp_path, failures=1000)
    script = of_page("x")
    assert f"SECONDS > {LAST_ATTEMPT}" in script
    finished = machine.boot(script.replace(f"SECONDS > {LAST_ATTEMPT}", "SECONDS > 1"))
    assert finished.returncode == 1
    assert b"httpd could not be installed" in finished.stderr
    assert not machine.page.exists()
    assert not any(line.startswith("systemctl") for line in machine.log)


def test_an_image_that_has_apache_needs_no_repository(tmp_path: Path) -> None:
    machine = Machine(tmp_path, failures=99)
    (tmp_path / "installed").write_text("httpd ")
    assert machine.boot(of_page("x")).returncode == 0
    assert not any(line.startswith("dnf") for line in machine.log)


def test_apache_listens_on_another_port_too(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.boot(of_page("x", port=8080)).returncode == 0
    assert (tmp_path / "failover-port.conf").read_text() == "Listen 8080\n"
    assert machine.log[-1] == "systemctl restart httpd"


def test_on_port_80_apache_listens_by_itself(tmp_path: Path) -> None:
    assert Machine(tmp_path).boot(of_page("x")).returncode == 0
    assert not (tmp_path / "failover-port.conf").exists()


def test_a_page_that_is_missing_is_refused() -> None:
    with pytest.raises(ValueError, match='the kind "page" needs a page'):
        user_data(Workload())


def test_apache_keeps_connections_for_longer_than_the_load_balancer() -> None:
    (seconds,) = re.findall(r"^KeepAliveTimeout (\d+)$", APACHE_CONFIGURATION, re.MULTILINE)
    assert int(seconds) > IDLE_TIMEOUT


pages = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@pytest.mark.slow
@given(page=pages)
@example('it\'s "quoted" $(touch pwned) `touch pwned` ${HOME} \\ % %s %% {page} !! \n\r\t EOF')
@example("'; touch pwned; '")
@example("ünïcödé ☃ 日本")
def test_a_page_arrives_as_written_and_executes_nothing(
    tmp_path_factory: pytest.TempPathFactory, page: str
) -> None:
    machine = Machine(tmp_path_factory.mktemp("machine"))
    assert machine.boot(of_page(page)).returncode == 0
    assert machine.page.read_bytes() == f"{page}\n".encode()
    assert not (machine.root / "pwned").exists()
    assert len(machine.log) == 3


def test_the_largest_page_fits_in_user_data() -> None:
    assert len(of_page("a" * PAGE.most).encode()) <= MAX_USER_DATA
