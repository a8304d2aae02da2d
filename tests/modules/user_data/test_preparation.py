"""What every kind of application finds on its instance: variables, packages, the user's setup."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environments import Application
from modules.user_data import ENVIRONMENT_FILE, Workload, user_data
from modules.user_data.preparation import SETUP_TIMEOUT
from tests.environment_file import variables_of
from tests.modules.machine import Machine

AWKWARD = {
    "QUOTES": "it's \"fine\" `id` '",
    "DOLLARS": "$HOME ${HOME} $(touch pwned) $$ $1",
    "BACKSLASHES": "\\ \\\\ \\n \\$HOME \\",
    "SPACES": "  two  ",
    "EMPTY": "",
    "LETTERS": "ünïcödé ☃ 日本 😀",
    "MAIL": "mime-version: 1.0",
    "OTHERS": "!! #x ; & | < > * ? [a] {a,b} ~ = % %s",
}
SEEN = "#!/bin/sh\nexec /usr/bin/env -0 > {root}/seen\n"


def of_image(setup: str | None = None, **variables: str) -> str:
    application = Application(kind="image", setup=setup)
    return user_data(Workload(application=application, variables=variables))


def seen(machine: Machine) -> dict[str, str]:
    """The environment in which a program ran that wrote SEEN."""
    written = (machine.root / "seen").read_text().split("\0")
    return dict(one.split("=", 1) for one in written if one)


def test_variables_arrive_unchanged_by_the_shell_and_by_systemd(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    finished = machine.boot(of_image(SEEN.format(root=tmp_path), **AWKWARD))
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"", b"")
    assert AWKWARD.items() <= seen(machine).items()
    assert variables_of((tmp_path / "failover" / "environment").read_text()) == AWKWARD
    assert not list(tmp_path.rglob("pwned"))


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=80).filter(str.isprintable)


@pytest.mark.slow
@given(values=st.lists(VALUES, min_size=1, max_size=5))
def test_any_variables_arrive_unchanged(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    machine = Machine(tmp_path_factory.mktemp("machine"))
    variables = {f"MY_{number}": value for number, value in enumerate(values)}
    assert machine.boot(of_image(SEEN.format(root=machine.root), **variables)).returncode == 0
    assert variables.items() <= seen(machine).items()
    assert variables_of((machine.root / "failover" / "environment").read_text()) == variables


def test_an_image_without_variables_gets_an_empty_file(tmp_path: Path) -> None:
    assert Machine(tmp_path).boot(of_image()).returncode == 0
    assert (tmp_path / "failover" / "environment").read_bytes() == b""
    assert ENVIRONMENT_FILE == "/etc/failover/environment"


def test_a_path_of_the_users_hides_nothing_from_the_boot(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    finished = machine.boot(of_image(SEEN.format(root=tmp_path), PATH="/nowhere", IFS="/"))
    assert finished.returncode == 0, finished.stderr
    assert seen(machine)["PATH"] == "/nowhere"


SCRIPTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"))


@pytest.mark.slow
@given(text=SCRIPTS)
def test_a_setup_script_arrives_byte_by_byte(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    machine = Machine(tmp_path_factory.mktemp("machine"))
    setup = f"#!/bin/true\n'$(touch pwned)' `touch pwned`\n{text}"
    finished = machine.boot(of_image(setup))
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"", b"")
    file = machine.root / "application" / "setup"
    assert file.read_bytes() == setup.encode()
    assert file.stat().st_mode & 0o777 == 0o755
    assert not list(machine.root.rglob("pwned"))


def test_a_failing_setup_script_ends_the_boot_and_says_so(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    application = Application(setup="#!/bin/sh\necho no disk >&2\nexit 3\n")
    finished = machine.boot(user_data(Workload(application=application, page="x")))
    assert finished.returncode == 1
    assert finished.stderr.decode() == "no disk\nthe setup script failed\n"
    assert not any(line.startswith("systemctl") for line in machine.log)


def test_a_setup_script_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    script = of_image("#!/bin/sh\nexec /bin/sleep 60\n")
    limit = f"timeout --kill-after=10 {SETUP_TIMEOUT} bash"
    assert script.count(limit) == 1
    finished = Machine(tmp_path).boot(script.replace(limit, "timeout 1 bash"))
    assert finished.returncode == 1
    assert finished.stderr.decode() == "the setup script failed\n"


def boot_with_packages(machine: Machine, *packages: str, **application: Any) -> bytes:
    workload = Workload(Application(packages=list(packages), **application), page="x")
    finished = machine.boot(user_data(workload))
    assert finished.returncode == 0, finished.stderr
    return finished.stderr


def test_packages_are_installed_together_before_the_setup_runs(tmp_path: Path) -> None:
    machine = Machine(tmp_path, failures=2)
    setup = f'#!/bin/sh\necho "setup" >> {tmp_path}/log\n'
    boot_with_packages(machine, "jq", "libstdc++", setup=setup)
    install = "dnf --assumeyes install httpd jq libstdc++"
    assert machine.log == [
        *(install, "sleep 10", install, "sleep 10", install, "setup"),
        *("systemctl enable httpd", "systemctl restart httpd"),
    ]


def test_one_missing_package_is_enough_to_install(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (tmp_path / "installed").write_text("httpd ")
    boot_with_packages(machine, "jq")
    assert machine.log[0] == "dnf --assumeyes install httpd jq"


def test_what_could_not_be_installed_is_named(tmp_path: Path) -> None:
    script = user_data(Workload(Application(packages=["jq"]), page="x"))
    finished = Machine(tmp_path, failures=1000).boot(re.sub("SECONDS > [0-9]+", "1", script))
    assert finished.returncode == 1
    assert finished.stderr.decode() == (
        "httpd jq could not be installed; the Auto Scaling group will replace this instance\n"
    )


def test_an_image_installs_nothing() -> None:
    assert "dnf" not in of_image("#!/bin/sh\n", A="1")


def test_bash_understands_what_is_emitted(tmp_path: Path) -> None:
    script = of_image("#!/bin/sh\n'", **AWKWARD)
    checked = subprocess.run(
        ["bash", "-n"], input=script.encode(), capture_output=True, check=False, cwd=tmp_path
    )
    assert (checked.returncode, checked.stderr) == (0, b"")
